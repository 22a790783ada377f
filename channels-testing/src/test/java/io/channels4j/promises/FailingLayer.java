package io.channels4j.promises;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** A layer whose sends end as the test wants. */
record FailingLayer(ChannelLayer layer, Supplier<CompletionStage<Void>> sent) implements ChannelLayer {

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        return sent.get();
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        return sent.get();
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        return sent.get();
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        return layer.receive(channel);
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
