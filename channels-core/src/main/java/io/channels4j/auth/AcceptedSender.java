package io.channels4j.auth;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Sender;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets an application answer the handshake of a WebSocket that is accepted already.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class AcceptedSender implements Sender {

    /** The close codes for applications are the statuses of HTTP and this. */
    private static final int CODES = 4000;

    private final Sender sender;
    private final Optional<String> chosen;
    private volatile boolean accepted;

    AcceptedSender(Sender sender, Optional<String> chosen) {
        this.sender = sender;
        this.chosen = chosen;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        if (accepted) {
            return sender.send(event);
        }
        if (event instanceof WebSocketAccept accept) {
            return accept(accept);
        }
        if (event instanceof WebSocketResponseStart refusal) {
            return sender.send(new WebSocketClose(CloseStatus.of(CODES + refusal.status())));
        }
        if (event instanceof WebSocketResponseBody) {
            return Stages.done(); // what refuses an accepted connection is a close frame, which has no body
        }
        if (event instanceof WebSocketSend) {
            return CompletableFuture.failedFuture(
                    new ChannelsException("send: the connection is not accepted yet; nothing was sent"));
        }
        return sender.send(event);
    }

    private CompletionStage<Void> accept(WebSocketAccept accept) {
        boolean fits = accept.headers().size() == 0
                && (accept.subprotocol() == null || accept.chosenSubprotocol().equals(chosen));
        if (!fits) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "accept: the connection was accepted by FirstMessageAuthMiddleware, to receive the token"
                            + " (expected: no headers, and no subprotocol but the one it chose)"));
        }
        accepted = true;
        return Stages.done();
    }
}
