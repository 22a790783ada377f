package io.channels4j.redis.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: doubled each time up to a bound, and never the same for two processes.
 *
 * @param first the delay before the first attempt, more than zero
 * @param most the longest delay
 */
public record Backoff(Duration first, Duration most) {

    private static final Backoff USUAL = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** Checks the delays. */
    public Backoff {
        if (first.isZero() || first.isNegative() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "delays between attempts to connect: %s to %s (expected: more than zero, and the second not less)"
                            .formatted(first, most));
        }
    }

    public static Backoff usual() {
        return USUAL;
    }

    /** Returns a random delay between half of this attempt's bound and the bound. */
    public Duration delay(int attempt, RandomGenerator random) {
        long bound = Math.min(most.toMillis(), first.toMillis() << Math.min(attempt, 16));
        return Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
    }
}
