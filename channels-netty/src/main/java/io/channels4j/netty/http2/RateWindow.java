package io.channels4j.netty.http2;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A limit on the number of events in each window of 30 seconds. Confined to its event loop. */
final class RateWindow {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int maxEvents;
    private final LongSupplier nanoTime;
    private long windowStart;
    private int events;

    RateWindow(int maxEvents, LongSupplier nanoTime) {
        this.maxEvents = maxEvents;
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    /** Counts an event. Returns false if it exceeds the limit. */
    boolean tryAcquire() {
        long now = nanoTime.getAsLong();
        if (now - windowStart >= WINDOW_NANOS) {
            windowStart = now;
            events = 0;
        }
        return ++events <= maxEvents;
    }
}
