package io.channels4j.websocket;

import io.channels4j.Event;

/**
 * Closes a WebSocket (ASGI {@code websocket.close}). If the handshake has not been accepted, rejects it with status
 * 403.
 *
 * @param status the code and the reason of the close frame
 */
public record WebSocketClose(CloseStatus status) implements Event {

    @Override
    public String type() {
        return "websocket.close";
    }
}
