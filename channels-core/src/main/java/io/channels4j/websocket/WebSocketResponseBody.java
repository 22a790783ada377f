package io.channels4j.websocket;

import io.channels4j.Event;

/**
 * A part of the body of the HTTP response that rejects a WebSocket (ASGI {@code websocket.http.response.body}).
 *
 * @param body the bytes, not copied
 * @param more whether more parts follow
 */
@SuppressWarnings("ArrayRecordComponent") // events are never compared
public record WebSocketResponseBody(byte[] body, boolean more) implements Event {

    @Override
    public String type() {
        return "websocket.http.response.body";
    }
}
