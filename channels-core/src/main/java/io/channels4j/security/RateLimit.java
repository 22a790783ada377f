package io.channels4j.security;

import java.time.Duration;

/**
 * How much is allowed in a time: on average {@code amount} per {@code per}, and at most {@code burst} at once after a pause.
 *
 * @param amount how much
 * @param per in what time
 * @param burst how much at once
 */
public record RateLimit(long amount, Duration per, long burst) {

    /** Checks the figures. */
    public RateLimit {
        if (amount < 1 || burst < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException(
                    "rate limit: %d per %s, burst %d (expected: all more than zero)".formatted(amount, per, burst));
        }
    }

    /**
     * Returns a limit whose amount may come at once.
     *
     * @param amount how much, one or more
     * @param per in what time, more than zero
     * @return the limit
     */
    public static RateLimit of(long amount, Duration per) {
        return new RateLimit(amount, per, amount);
    }

    /**
     * Returns this limit with another burst.
     *
     * @param most how much may come at once, one or more
     * @return a new limit
     */
    public RateLimit burst(long most) {
        return new RateLimit(amount, per, most);
    }
}
