package io.channels4j.netty;

import io.channels4j.server.Lifespan;

/** The lifespan and the health of a server, which are updated when it starts and shuts down. */
record ServerLife(Lifespan lifespan, Health health) {

    void ready(boolean now) {
        health.ready(now);
    }

    /** Stops the application, and waits for it to stop. */
    void stop() {
        lifespan.stop().toCompletableFuture().join();
    }
}
