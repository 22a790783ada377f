package io.channels4j.netty;

import io.channels4j.server.Lifespan;

/**
 * The parts of a program that follow the start and the shutdown of a server.
 *
 * @param lifespan the application, which has started
 * @param health the health, which reports whether the server is ready
 */
record ServerLife(Lifespan lifespan, Health health) {

    void ready(boolean now) {
        health.ready(now);
    }

    /** Stops the application, and waits for it to stop. */
    void stop() {
        lifespan.stop().toCompletableFuture().join();
    }
}
