package io.channels4j.testing;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Converts each message to JSON and back before sending it. A test then sees what another process would receive. */
final class JsonRoundTripLayer extends DelegatingLayer {

    JsonRoundTripLayer(ChannelLayer layer) {
        super(layer);
    }

    private static CompletionStage<Void> convert(Message message, Function<Message, CompletionStage<Void>> send) {
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
        return convert(message, read -> layer.send(channel, read));
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        return convert(message, read -> layer.sendLater(channel, read, delay));
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        return convert(message, read -> layer.groupSend(group, read, exceptChannels));
    }
}
