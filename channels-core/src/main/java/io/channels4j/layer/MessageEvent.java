package io.channels4j.layer;

import io.channels4j.Event;
import io.channels4j.Message;

/**
 * The event by which a layer's message reaches an application: all that a worker's application receives, and what an error
 * hook is told about a message's handler.
 *
 * @param message the message
 */
public record MessageEvent(Message message) implements Event {

    @Override
    public String type() {
        return message.type();
    }
}
