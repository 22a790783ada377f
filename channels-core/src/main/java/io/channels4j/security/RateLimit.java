package io.channels4j.security;

import java.time.Duration;

/**
 * A rate limit of {@code amount} per period on average. After a pause, up to {@code burst} is allowed immediately.
 *
 * @param amount the amount per period
 * @param per the period
 * @param burst the maximum amount without delay
 */
public record RateLimit(long amount, Duration per, long burst) {

    /** Checks that all values are positive. */
    public RateLimit {
        requirePositive("amount", amount, amount > 0);
        requirePositive("per", per, !per.isNegative() && !per.isZero());
        requirePositive("burst", burst, burst > 0);
    }

    /**
     * Returns a limit whose burst equals its amount.
     *
     * @param amount the amount per period, one or more
     * @param per the period, more than zero
     * @return the limit
     */
    public static RateLimit of(long amount, Duration per) {
        return new RateLimit(amount, per, amount);
    }

    /**
     * Returns a copy of this limit with the given burst.
     *
     * @param maxBurst the maximum amount without delay, one or more
     * @return a new limit
     */
    public RateLimit withBurst(long maxBurst) {
        return new RateLimit(amount, per, maxBurst);
    }

    private static void requirePositive(String part, Object value, boolean positive) {
        if (!positive) {
            throw new IllegalArgumentException("rate limit: %s %s (expected: more than zero)".formatted(part, value));
        }
    }
}
