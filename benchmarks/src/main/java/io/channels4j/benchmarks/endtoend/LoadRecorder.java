package io.channels4j.benchmarks.endtoend;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * Records the operations and latencies of one load during the measured period. Confined to the client's event loop while the load
 * runs.
 */
final class LoadRecorder {

    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private boolean running;
    private long operations;
    private String trouble = "";

    void start() {
        running = true;
    }

    void stop() {
        running = false;
    }

    /** Counts one operation. {@code since} is the {@link System#nanoTime} at which it began or was due. */
    void operation(long since, long now) {
        if (running) {
            operations++;
            latencies.recordValue(Math.min(LONGEST_NANOS, Math.max(0, now - since)));
        }
    }

    /** Records a problem, even outside the measured period. Only the first problem is kept. */
    void trouble(String what) {
        if (trouble.isEmpty()) {
            trouble = what;
        }
    }

    long operations() {
        return operations;
    }

    Histogram latencies() {
        return latencies;
    }

    String trouble() {
        return trouble;
    }
}
