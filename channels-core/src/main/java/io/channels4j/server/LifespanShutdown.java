package io.channels4j.server;

import io.channels4j.Event;

/**
 * Indicates that the server has stopped and all connections are closed (ASGI {@code lifespan.shutdown}).
 */
public record LifespanShutdown() implements Event {

    @Override
    public String type() {
        return "lifespan.shutdown";
    }
}
