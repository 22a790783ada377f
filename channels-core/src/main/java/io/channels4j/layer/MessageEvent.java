package io.channels4j.layer;

import io.channels4j.Event;
import io.channels4j.Message;

/**
 * The event that delivers a channel layer's message to an application. A worker's application receives no other event.
 * {@code onError} receives this event if a message handler fails.
 *
 * @param message the message
 */
public record MessageEvent(Message message) implements Event {

    @Override
    public String type() {
        return message.type();
    }
}
