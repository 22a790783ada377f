package io.channels4j.netty.http2;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many events in a time; the count starts anew when that is over. Confined to its event loop. */
final class Allowance {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int most;
    private final LongSupplier nanos;
    private long start;
    private int spent;

    Allowance(int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Counts one; returns false when it is one too many. */
    boolean spend() {
        long now = nanos.getAsLong();
        if (now - start >= WINDOW_NANOS) {
            start = now;
            spent = 0;
        }
        return ++spent <= most;
    }
}
