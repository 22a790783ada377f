package io.channels4j.testing;

import io.channels4j.internal.Durations;
import io.channels4j.testing.connection.ClockTimers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that a test advances. It suits expiry, rate limits and other code that takes an {@link InstantSource}. A
 * communicator's {@code clock(..)} setting makes it the clock of the connection's timers.
 *
 * {@snippet class="io.channels4j.testing.ManualClockTest" region="clock"}
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ManualClock implements InstantSource {

    private final ClockTimers timers = new ClockTimers();
    private final Instant start;

    private ManualClock(Instant start) {
        this.start = start;
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
        return start.plusNanos(timers.nanoTime());
    }

    /**
     * Advances the clock. The timers of communicators that use this clock run in the order in which they become due, each
     * at its own time. Before that, this call waits for up to a second until running callbacks have returned, because they
     * may start timers. It waits for every action that becomes due, up to the time-out of its communicator. An
     * action that takes longer continues after this call, as a slow action of a real connection would.
     *
     * @param time how far to advance, zero or more
     * @throws IllegalArgumentException if the time is negative
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: %s (expected: zero or more)".formatted(time));
        }
        timers.advance(Durations.nanos(time));
    }

    /** Returns the timers that this clock drives. */
    ClockTimers timers() {
        return timers;
    }
}
