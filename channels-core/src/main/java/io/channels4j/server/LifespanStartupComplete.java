package io.channels4j.server;

import io.channels4j.Event;

/**
 * Indicates that the application has started (ASGI {@code lifespan.startup.complete}).
 */
public record LifespanStartupComplete() implements Event {

    @Override
    public String type() {
        return "lifespan.startup.complete";
    }
}
