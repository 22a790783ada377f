package io.channels4j.worker;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sender that a worker passes to its application. It rejects every event, because a channel has no peer. */
final class RejectingSender implements Sender {

    private final String channel;

    RejectingSender(String channel) {
        this.channel = channel;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        return CompletableFuture.failedFuture(new ChannelsException(
                "send %s: the worker of channel %s has no peer (expected: messages, through the channel layer); nothing was sent"
                        .formatted(event.type(), channel)));
    }
}
