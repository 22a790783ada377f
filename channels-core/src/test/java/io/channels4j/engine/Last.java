package io.channels4j.engine;

import io.channels4j.Event;

/**
 * The event that ends a scripted connection when it arrives and closes it when it is sent. Sent with the reason "complete", it
 * completes the connection.
 */
record Last(String why) implements Event {

    @Override
    public String type() {
        return "last";
    }
}
