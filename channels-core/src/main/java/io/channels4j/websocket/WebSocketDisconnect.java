package io.channels4j.websocket;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a WebSocket, which is the last event of its connection (ASGI {@code websocket.disconnect}). It is
 * delivered once, regardless of which side closed the connection. The reason was added in version 2.5 of the
 * specification.
 *
 * @param code the close code, normally that of the peer's close frame. It is 1005 if the frame had no code, and 1006 if
 *     there was no close frame.
 * @param reason the reason in the close frame, or the server's reason; may be empty
 * @param failure the failure that ended the connection without a close frame, or null
 */
public record WebSocketDisconnect(
        int code, String reason, @Nullable Throwable failure) implements Event {

    /**
     * Creates an event without a failure.
     *
     * @param code the close code
     * @param reason the reason
     */
    public WebSocketDisconnect(int code, String reason) {
        this(code, reason, null);
    }

    /**
     * Returns the failure that ended the connection without a close frame.
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
