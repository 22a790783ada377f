package io.channels4j.testing;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Writes each message as JSON and reads it again on its way in, so that a test sees what another process would get. */
final class JsonRoundTripLayer implements ChannelLayer {

    private final ChannelLayer layer;

    JsonRoundTripLayer(ChannelLayer layer) {
        this.layer = layer;
    }

    private static CompletionStage<Void> passing(Message message, Function<Message, CompletionStage<Void>> send) {
        Message read;
        try {
            read = Message.fromJson(message.toJson());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return send.apply(read);
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        return passing(message, read -> layer.send(channel, read));
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        return passing(message, read -> layer.sendLater(channel, read, delay));
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        return layer.receive(channel);
    }

    @Override
    public CompletionStage<Delivery> take(String channel) {
        return layer.take(channel);
    }

    @Override
    public boolean redelivers() {
        return layer.redelivers();
    }

    @Override
    public CompletionStage<String> newChannel() {
        return layer.newChannel();
    }

    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        return layer.groupAdd(group, channel);
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        return layer.groupDiscard(group, channel);
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        return passing(message, read -> layer.groupSend(group, read, exceptChannels));
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        return layer.subscribe(home, subscriber);
    }

    @Override
    public CompletionStage<Void> flush() {
        return layer.flush();
    }

    @Override
    public void close() {
        layer.close();
    }
}
