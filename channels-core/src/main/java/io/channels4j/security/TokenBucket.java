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

    private final long burst;
    private final double millisPerToken;
    private final InstantSource clock;

    /** The time from which all times are measured. The values are then small enough for precise fractions. */
    private final long origin;

    /** The time at which the bucket will be full again. Zero or in the past if it is full. */
    private double fullAt;

    TokenBucket(RateLimit limit, InstantSource clock) {
        this(limit, clock, clock.millis());
    }

    /** Creates a bucket for a caller that must not call the clock now, because it holds a lock. */
    TokenBucket(RateLimit limit, InstantSource clock, long nowMillis) {
        this.burst = limit.burst();
        this.millisPerToken = (double) Durations.nanos(limit.per()) / NANOS_PER_MILLI / limit.amount();
        this.clock = clock;
        this.origin = nowMillis;
    }

    /**
     * Takes either all of the given tokens or none.
     *
     * @param tokens the number of tokens, one or more
     * @return zero if the tokens were taken, otherwise the time until enough tokens are available. It is {@link
     *     RateLimiter#NEVER} for a number above the burst.
     */
    Duration take(long tokens) {
        return take(tokens, clock.millis());
    }

    Duration take(long tokens, long nowMillis) {
        return tokens > burst ? RateLimiter.NEVER : takeInAdvance(tokens, nowMillis);
    }

    /**
     * Takes tokens if enough are available. A number above the burst requires a full bucket. The bucket then remains
     * empty until the excess has been refilled. The average rate is therefore not exceeded.
     *
     * @param tokens the number of tokens, zero or more
     * @return zero if the tokens were taken, otherwise the time until enough tokens are available
     */
    Duration takeInAdvance(long tokens) {
        return takeInAdvance(tokens, clock.millis());
    }

    private Duration takeInAdvance(long tokens, long nowMillis) {
        double now = (double) (nowMillis - origin);
        double start = Math.max(fullAt, now);
        double missing = start + (double) (Math.min(tokens, burst) - burst) * millisPerToken - now;
        if (missing > ROUNDING) {
            return Duration.ofMillis((long) Math.ceil(missing));
        }
        fullAt = start + (double) tokens * millisPerToken;
        return Duration.ZERO;
    }

    boolean isFull(long nowMillis) {
        return fullAt <= (double) (nowMillis - origin);
    }
}
