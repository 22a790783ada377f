package io.channels4j.websocket;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket is over: the last event of a connection, given once whoever ended it (ASGI {@code websocket.disconnect}, with the
 * reason of www 2.5).
 *
 * @param code the close code of the peer's close frame, 1005 when it had none, 1006 when there was no close frame
 * @param reason the reason in the close frame, or what the server has to say about the end; empty for nothing
 * @param failure what ended the connection when that was no close frame, or null
 */
public record WebSocketDisconnect(
        int code, String reason, @Nullable Throwable failure) implements Event {

    /**
     * Creates the event of a normal end.
     *
     * @param code the close code
     * @param reason the reason
     */
    public WebSocketDisconnect(int code, String reason) {
        this(code, reason, null);
    }

    /**
     * Returns what ended the connection when that was no close frame.
     *
     * @return the failure, or empty
     */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(failure);
    }

    @Override
    public String type() {
        return "websocket.disconnect";
    }
}
