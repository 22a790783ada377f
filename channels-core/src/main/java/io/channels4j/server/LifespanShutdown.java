package io.channels4j.server;

import io.channels4j.Event;

/**
 * The server has stopped: there are no connections any more (ASGI {@code lifespan.shutdown}).
 */
public record LifespanShutdown() implements Event {

    @Override
    public String type() {
        return "lifespan.shutdown";
    }
}
