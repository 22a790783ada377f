package io.channels4j.engine;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** An event loop with one thread. */
final class TestEventLoop extends ScheduledThreadPoolExecutor implements AutoCloseable {

    TestEventLoop() {
        super(1, task -> new Thread(task, "test-loop"));
    }

    @Override
    public void close() {
        shutdownNow();
    }
}
