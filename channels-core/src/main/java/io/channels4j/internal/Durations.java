package io.channels4j.internal;

import java.time.Duration;

/**
 * Conversions that accept durations of any length, such as that of {@link java.time.temporal.ChronoUnit#FOREVER}. Durations of more than 50
 * years count as 50 years, which can be added to the time of any clock, and subtracted from the current time, without an overflow.
 */
public final class Durations {

    private static final Duration MAX = Duration.ofDays(18_250);

    private Durations() {}

    /** Returns the duration, limited to 50 years in either direction. */
    public static Duration clamp(Duration time) {
        if (time.compareTo(MAX) > 0) {
            return MAX;
        }
        return time.compareTo(MAX.negated()) < 0 ? MAX.negated() : time;
    }

    /** Returns a duration in nanoseconds. */
    public static long nanos(Duration time) {
        return clamp(time).toNanos();
    }

    /** Returns a duration in milliseconds. */
    public static long millis(Duration time) {
        return clamp(time).toMillis();
    }
}
