package io.channels4j.security;

import io.channels4j.internal.Durations;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A token bucket that refills at the rate of a limit. Its level is stored as the time at which it will be full.
 *
 * <p>Not thread-safe.
 */
final class TokenBucket {

    private static final double NANOS_PER_MILLI = 1e6;

    /** The tolerance for rounding errors, in milliseconds. */
    private static final double ROUNDING = 1e-6;

    private final double burst;
    private final double millisPerToken;
    private final InstantSource clock;

    /** The time from which all times are measured, so that the values are small enough for precise fractions. */
    private final long origin;

    /** The time at which the bucket is full again. Zero or in the past if it is full. */
    private double fullAt;

    TokenBucket(RateLimit limit, InstantSource clock) {
        this.burst = limit.burst();
        this.millisPerToken = (double) Durations.nanos(limit.per()) / NANOS_PER_MILLI / limit.amount();
        this.clock = clock;
        this.origin = clock.millis();
    }

    /**
     * Takes tokens if there are enough. A number above the bucket's capacity requires a full bucket.
     *
     * @param tokens the number of tokens
     * @return zero if the tokens were taken, otherwise the time until enough tokens are available
     */
    Duration take(long tokens) {
        double now = now();
        double full = Math.max(fullAt, now) + Math.min((double) tokens, burst) * millisPerToken;
        double missing = full - now - burst * millisPerToken;
        if (missing > ROUNDING) {
            return Duration.ofMillis((long) Math.ceil(missing));
        }
        fullAt = full;
        return Duration.ZERO;
    }

    boolean isFull() {
        return fullAt <= now();
    }

    private double now() {
        return (double) (clock.millis() - origin);
    }
}
