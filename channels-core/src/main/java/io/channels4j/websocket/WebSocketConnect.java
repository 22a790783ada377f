package io.channels4j.websocket;

import io.channels4j.Event;

/**
 * A client's request to open a WebSocket, which is the first event of a connection (ASGI {@code websocket.connect}).
 */
public record WebSocketConnect() implements Event {

    @Override
    public String type() {
        return "websocket.connect";
    }
}
