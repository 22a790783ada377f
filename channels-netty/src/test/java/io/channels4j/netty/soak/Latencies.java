package io.channels4j.netty.soak;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations by millisecond. Thread-safe. */
final class Latencies {

    private static final int MAX_MILLIS = 60_000;

    private final AtomicLongArray counts = new AtomicLongArray(MAX_MILLIS + 1);

    void add(long nanos) {
        counts.incrementAndGet((int) Math.min(MAX_MILLIS, nanos / 1_000_000));
    }

    long count() {
        long count = 0;
        for (int i = 0; i <= MAX_MILLIS; i++) {
            count += counts.get(i);
        }
        return count;
    }

    /** Returns the percentile for a share of the durations, such as 0.99, in milliseconds. */
    long percentile(double share) {
        long rest = (long) Math.ceil(count() * share);
        for (int i = 0; i < MAX_MILLIS; i++) {
            rest -= counts.get(i);
            if (rest <= 0) {
                return i + 1L;
            }
        }
        return MAX_MILLIS;
    }

    @Override
    public String toString() {
        return "%d, p50 %d ms, p99 %d ms, p99.9 %d ms, maximum %d ms"
                .formatted(count(), percentile(0.5), percentile(0.99), percentile(0.999), percentile(1));
    }
}
