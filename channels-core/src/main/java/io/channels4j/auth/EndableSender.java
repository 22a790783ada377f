package io.channels4j.auth;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.websocket.CloseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of an HTTP response, and can end one that is streamed, such as server-sent events.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class EndableSender implements Sender {

    private final Sender sender;
    private Runnable whenStreaming = () -> {};
    private volatile @Nullable CloseStatus ended;

    /** Guarded by this. */
    private boolean streaming;

    private boolean complete;

    EndableSender(Sender sender) {
        this.sender = sender;
    }

    /** Sets what is to be done when the first of several parts of a body was sent; before anything is. */
    void whenStreaming(Runnable action) {
        whenStreaming = action;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        CloseStatus status = ended;
        if (status != null) {
            return CompletableFuture.failedFuture(
                    new ConnectionClosedException("send: the response was ended (%d %s); nothing was sent"
                            .formatted(status.code(), status.reason())));
        }
        boolean starts = event instanceof HttpResponseBody part && noted(part);
        CompletionStage<Void> sent = sender.send(event);
        if (starts) {
            whenStreaming.run();
        }
        return sent;
    }

    /** Notes a part of the body; returns whether it is the first of several. */
    private synchronized boolean noted(HttpResponseBody part) {
        boolean starts = part.more() && !streaming;
        streaming |= part.more();
        complete |= !part.more();
        return starts;
    }

    /** Ends the response if it is streamed; one that comes at once is let through. */
    void end(CloseStatus status) {
        synchronized (this) {
            if (!streaming || complete || ended != null) {
                return;
            }
            ended = status;
        }
        sender.send(new HttpResponseBody(new byte[0], false));
    }
}
