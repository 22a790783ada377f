package io.channels4j.netty;

import io.channels4j.engine.CallbackWatch;
import io.channels4j.engine.StuckCallbacks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Detects callbacks that take too long. Runs on a separate thread, because a blocked event loop cannot report itself.
 */
final class StuckCallbackMonitor implements AutoCloseable {

    private static final Duration MIN_INTERVAL = Duration.ofMillis(5);
    private static final Duration MAX_INTERVAL = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread;

    private StuckCallbackMonitor(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Starts a monitor that logs callbacks that run for longer than the limit. A limit of zero disables it. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task ends with the thread
    static StuckCallbackMonitor start(List<CallbackWatch> watches, Duration limit, LongSupplier nanoTime) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "channels-netty-watchdog");
            created.setDaemon(true);
            return created;
        });
        if (!limit.isZero()) {
            StuckCallbacks stuck = new StuckCallbacks(limit, watches);
            long interval = interval(limit).toNanos();
            thread.scheduleWithFixedDelay(
                    () -> stuck.look(nanoTime.getAsLong()), interval, interval, TimeUnit.NANOSECONDS);
        }
        return new StuckCallbackMonitor(thread);
    }

    private static Duration interval(Duration limit) {
        Duration eighth = limit.dividedBy(8);
        if (eighth.compareTo(MIN_INTERVAL) < 0) {
            return MIN_INTERVAL;
        }
        return eighth.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : eighth;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
