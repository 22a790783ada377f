package io.channels4j.redis.command;

import java.time.Duration;

/**
 * The replication required before a send completes.
 *
 * @param replicas the number of replicas, zero or more
 * @param atMost how long to wait for the replicas
 */
public record Replication(int replicas, Duration atMost) {

    /** No replication is required. */
    public static final Replication NONE = new Replication(0, Duration.ofMillis(1));

    /** Checks the values. */
    public Replication {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas: %d (expected: zero or more)".formatted(replicas));
        }
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("time for replicas: %s (expected: more than zero)".formatted(atMost));
        }
    }
}
