package io.channels4j.layer;

import io.channels4j.Event;
import io.channels4j.Message;

/**
 * The event by which a layer's message reaches an application. It is the only event of a worker's application, and the event that an error
 * hook receives for a failed message handler.
 *
 * @param message the message
 */
public record MessageEvent(Message message) implements Event {

    @Override
    public String type() {
        return message.type();
    }
}
