package io.channels4j.testing;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Writes each message as JSON and reads it again on its way in, so that a test sees what another process would get. */
final class JsonRoundTripLayer extends PassingLayer {

    JsonRoundTripLayer(ChannelLayer layer) {
        super(layer);
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
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        return passing(message, read -> layer.groupSend(group, read, exceptChannels));
    }
}
