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
 * Translates an application's handshake response for a WebSocket that has already been accepted.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class PreAcceptedSender implements Sender {

    /** The offset added to an HTTP status to form the close code of a refusal. */
    private static final int CLOSE_CODE_BASE = 4000;

    private final Sender sender;
    private final Optional<String> selected;
    private volatile boolean accepted;

    PreAcceptedSender(Sender sender, Optional<String> selected) {
        this.sender = sender;
        this.selected = selected;
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
            return sender.send(new WebSocketClose(CloseStatus.of(CLOSE_CODE_BASE + refusal.status())));
        }
        if (event instanceof WebSocketResponseBody) {
            return Stages.done(); // the refusal was sent as a close frame, which has no body
        }
        if (event instanceof WebSocketSend) {
            return CompletableFuture.failedFuture(
                    new ChannelsException("send: the connection is not accepted yet; nothing was sent"));
        }
        return sender.send(event);
    }

    private CompletionStage<Void> accept(WebSocketAccept accept) {
        boolean fits = accept.headers().size() == 0
                && (accept.subprotocol() == null || accept.chosenSubprotocol().equals(selected));
        if (!fits) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "accept: the connection was accepted by FirstMessageAuthMiddleware, to receive the token"
                            + " (expected: no headers, and no subprotocol but the one it selected)"));
        }
        accepted = true;
        return Stages.done();
    }
}
