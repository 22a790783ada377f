package io.channels4j.websocket;

import io.channels4j.Event;
import io.channels4j.Headers;

/**
 * The status and the headers of an HTTP response that rejects a WebSocket (ASGI {@code websocket.http.response.start}).
 * Part of the extension {@code websocket.http.response}.
 *
 * @param status the status, 200-599
 * @param headers the headers
 */
public record WebSocketResponseStart(int status, Headers headers) implements Event {

    /** The name of the extension in {@link io.channels4j.Scope#extensions()}. */
    public static final String EXTENSION = "websocket.http.response";

    /** Validates the status. */
    public WebSocketResponseStart {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException(
                    "status of a rejected handshake: %d (expected: 200-599)".formatted(status));
        }
    }

    @Override
    public String type() {
        return "websocket.http.response.start";
    }
}
