package io.channels4j.worker;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sender of an application that serves a channel: there is nobody at the other end. */
final class NoPeer implements Sender {

    private final String channel;

    NoPeer(String channel) {
        this.channel = channel;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        return CompletableFuture.failedFuture(new ChannelsException(
                "send %s: the worker of channel %s has no peer (expected: messages, through the channel layer); nothing was sent"
                        .formatted(event.type(), channel)));
    }
}
