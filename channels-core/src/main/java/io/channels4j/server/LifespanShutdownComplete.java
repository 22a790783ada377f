package io.channels4j.server;

import io.channels4j.Event;

/**
 * Indicates that the application has stopped (ASGI {@code lifespan.shutdown.complete}).
 */
public record LifespanShutdownComplete() implements Event {

    @Override
    public String type() {
        return "lifespan.shutdown.complete";
    }
}
