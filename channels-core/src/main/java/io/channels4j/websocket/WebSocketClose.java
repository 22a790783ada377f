package io.channels4j.websocket;

import io.channels4j.Event;

/**
 * Closes a WebSocket, or rejects its handshake with status 403 if it has not been accepted (ASGI {@code websocket.close}).
 *
 * @param status the code and the reason of the close frame
 */
public record WebSocketClose(CloseStatus status) implements Event {

    @Override
    public String type() {
        return "websocket.close";
    }
}
