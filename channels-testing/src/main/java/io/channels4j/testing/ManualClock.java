package io.channels4j.testing;

import io.channels4j.internal.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that a test advances. It suits expiry, rate limits and other code that takes an {@link InstantSource}.
 *
 * {@snippet class="io.channels4j.testing.ManualClockTest" region="clock"}
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ManualClock implements InstantSource {

    private volatile Instant now;

    private ManualClock(Instant start) {
        now = start;
    }

    /**
     * Returns a clock that starts at 2026-01-01T00:00:00Z.
     *
     * @return the clock
     */
    public static ManualClock create() {
        return of(Instant.parse("2026-01-01T00:00:00Z"));
    }

    /**
     * Returns a clock that starts at the given instant.
     *
     * @param start the instant
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
     * Advances the clock.
     *
     * @param time how far to advance, zero or more
     * @throws IllegalArgumentException if the time is negative
     */
    public synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: %s (expected: zero or more)".formatted(time));
        }
        now = now.plus(Durations.clamp(time));
    }
}
