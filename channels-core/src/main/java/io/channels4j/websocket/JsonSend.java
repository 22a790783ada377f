package io.channels4j.websocket;

import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.engine.DeferredEvent;
import io.channels4j.internal.SharedEncoding;
import io.channels4j.internal.SharedEvents;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An object to send to the client as JSON text. If it is the payload of the message being handled, the receivers of the
 * message share one event, which is encoded once.
 *
 * @param value the object
 * @param mapper the mapper that writes the object
 */
record JsonSend(Object value, JsonMapper mapper) implements DeferredEvent {

    @Override
    public String type() {
        return "websocket.send";
    }

    @Override
    public Event resolve(@Nullable Message handled) {
        if (handled == null) {
            return encode();
        }
        WebSocketSend event = SharedEvents.find(handled, value, mapper, WebSocketSend.class);
        if (event == null) {
            event = SharedEvents.share(handled, value, mapper, encode(), WebSocketSend.class);
        }
        SharedEncoding.countUse(event);
        return event;
    }

    private WebSocketSend encode() {
        return WebSocketSend.text(mapper.writeValueAsBytes(value));
    }
}
