package io.channels4j.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still until a test moves it, for expiry, rate limits and whatever else takes an {@link InstantSource}.
 *
 * {@snippet class="io.channels4j.testing.ManualClockTest" region="clock"}
 *
 * <p><b>Threads.</b> Thread-safe; what was set is seen by every later reading.
 */
public final class ManualClock implements InstantSource {

    private volatile Instant now;

    private ManualClock(Instant start) {
        now = start;
    }

    /**
     * Returns a clock that starts at the first moment of 2026, in UTC.
     *
     * @return the clock
     */
    public static ManualClock create() {
        return of(Instant.parse("2026-01-01T00:00:00Z"));
    }

    /**
     * Returns a clock that starts at a moment.
     *
     * @param start the moment
     * @return the clock
     */
    public static ManualClock of(Instant start) {
        return new ManualClock(start);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /**
     * Moves the clock on.
     *
     * @param time how far, zero or more
     * @throws IllegalArgumentException when the time is negative
     */
    public synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: %s (expected: zero or more)".formatted(time));
        }
        now = now.plus(time);
    }
}
