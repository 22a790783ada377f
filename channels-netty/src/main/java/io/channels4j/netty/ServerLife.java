package io.channels4j.netty;

import io.channels4j.server.Lifespan;

/**
 * The parts of a program that take part in the start and the close of a server.
 *
 * @param lifespan the application, which has started
 * @param health the health, which reports whether the server is ready
 */
record ServerLife(Lifespan lifespan, Health health) {

    void ready(boolean now) {
        health.ready(now);
    }

    /** Stops the application, and waits for it. */
    void stop() {
        lifespan.stop().toCompletableFuture().join();
    }
}
