package io.channels4j.engine;

import io.channels4j.Event;

/**
 * The final event of a scripted connection. Receiving it ends the connection, and sending it closes the connection.
 * Sending it with the reason {@code complete} completes the connection.
 */
record Last(String why) implements Event {

    @Override
    public String type() {
        return "last";
    }
}
