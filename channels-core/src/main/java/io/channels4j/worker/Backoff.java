package io.channels4j.worker;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Longer and longer waits between attempts, at random within bounds, so that many workers do not come back at once. */
final class Backoff {

    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration MOST = Duration.ofSeconds(10);

    private final RandomGenerator random;
    private Duration bound = FIRST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Returns how long to wait after one more failure: between half of the bound, which doubles each time, and all of it. */
    Duration next() {
        long most = bound.toMillis();
        bound = bound.multipliedBy(2).compareTo(MOST) < 0 ? bound.multipliedBy(2) : MOST;
        return Duration.ofMillis(random.nextLong(most / 2, most + 1));
    }

    /** Notes a success. */
    void reset() {
        bound = FIRST;
    }
}
