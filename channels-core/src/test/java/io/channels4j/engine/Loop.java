package io.channels4j.engine;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** An event loop of one thread, as a server has them. */
final class Loop extends ScheduledThreadPoolExecutor implements AutoCloseable {

    Loop() {
        super(1, task -> new Thread(task, "test-loop"));
    }

    @Override
    public void close() {
        shutdownNow();
    }
}
