package io.channels4j.internal;

import java.time.Duration;

/**
 * Conversions that accept durations of any length, such as the duration of {@link
 * java.time.temporal.ChronoUnit#FOREVER}. Durations of more than 50 years are treated as 50 years. Adding 50 years to
 * the current time does not overflow.
 */
public final class Durations {

    private static final Duration MAX = Duration.ofDays(18_250);

    /** A constant, because {@link Duration#negated} creates several objects. */
    private static final Duration MIN = MAX.negated();

    private Durations() {}

    /** Clamps a duration to the range from -50 to 50 years. */
    public static Duration clamp(Duration time) {
        if (time.compareTo(MAX) > 0) {
            return MAX;
        }
        return time.compareTo(MIN) < 0 ? MIN : time;
    }

    /** Converts a duration to nanoseconds, after clamping it. */
    public static long nanos(Duration time) {
        return clamp(time).toNanos();
    }

    /** Converts a duration to milliseconds, after clamping it. */
    public static long millis(Duration time) {
        return clamp(time).toMillis();
    }
}
