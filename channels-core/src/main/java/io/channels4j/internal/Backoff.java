package io.channels4j.internal;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delays between retries. The upper bound doubles after each attempt, up to a maximum. Each delay is random,
 * between half of the bound and the bound. Processes therefore do not all retry at the same time.
 *
 * @param first the upper bound of the first delay, more than zero
 * @param max the maximum delay
 */
public record Backoff(Duration first, Duration max) {

    private static final int MAX_DOUBLINGS = 16;

    /** Checks the delays. */
    public Backoff {
        if (first.isZero() || first.isNegative() || max.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "delays between attempts: %s to %s (expected: more than zero, and the second not less)"
                            .formatted(first, max));
        }
    }

    /** Returns a random delay between half of the attempt's upper bound and that bound. Attempts are numbered from zero. */
    public Duration delay(int attempt, RandomGenerator random) {
        long bound = Math.min(Durations.millis(max), Durations.millis(first) << Math.min(attempt, MAX_DOUBLINGS));
        return Duration.ofMillis(random.nextLong(bound / 2, bound + 1));
    }
}
