package io.channels4j.security;

import java.time.Duration;
import java.time.InstantSource;

/**
 * A bucket of tokens that refills at a limit's rate, kept as the time at which it will be full.
 *
 * <p>Not thread-safe.
 */
final class TokenBucket {

    private static final double NANOS_PER_MILLI = 1e6;

    /** What sums of fractions may be off by, in milliseconds. */
    private static final double ROUNDING = 1e-6;

    private final double burst;
    private final double millisPerToken;
    private final InstantSource clock;

    /** Times are counted from here, so that fractions keep their precision. */
    private final long origin;

    /** Zero or in the past for a full bucket. */
    private double fullAt;

    TokenBucket(RateLimit limit, InstantSource clock) {
        this.burst = limit.burst();
        this.millisPerToken = limit.per().toNanos() / NANOS_PER_MILLI / limit.amount();
        this.clock = clock;
        this.origin = clock.millis();
    }

    /**
     * Takes tokens if there are enough. What needs more than the bucket holds needs a full one.
     *
     * @param tokens how many
     * @return zero when they were taken, else how long until there are enough
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
