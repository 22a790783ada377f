package io.channels4j.server;

import io.channels4j.Event;

/**
 * Indicates that the server is starting. The server accepts connections after the application has responded (ASGI {@code
 * lifespan.startup}).
 */
public record LifespanStartup() implements Event {

    @Override
    public String type() {
        return "lifespan.startup";
    }
}
