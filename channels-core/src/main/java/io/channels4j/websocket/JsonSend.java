package io.channels4j.websocket;

import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.engine.PassedOn;
import org.jspecify.annotations.Nullable;

/**
 * An object for the client as JSON text. What a handler got in its message and passes on as it is becomes one event for all
 * members of the group, encoded once.
 *
 * @param value what Jackson can write
 */
record JsonSend(Object value) implements PassedOn {

    @Override
    public String type() {
        return "websocket.send";
    }

    @Override
    public Event event(@Nullable Message handled) {
        if (handled == null) {
            return encode(value);
        }
        WebSocketSend event = handled.event(value, WebSocketSend.class, JsonSend::encode);
        event.used();
        return event;
    }

    private static WebSocketSend encode(Object value) {
        return WebSocketSend.text(Message.jsonMapper().writeValueAsBytes(value));
    }
}
