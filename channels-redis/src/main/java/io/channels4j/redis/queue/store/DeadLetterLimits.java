package io.channels4j.redis.queue.store;

import java.time.Duration;

/**
 * When work becomes a dead letter, and how many dead letters are kept per partition.
 *
 * @param age how long work waits for a process that can read it
 * @param maxMessages the maximum number of dead letters
 * @param maxBytes the maximum total size of their payloads
 */
public record DeadLetterLimits(Duration age, int maxMessages, long maxBytes) {

    /** One hour, 10,000 messages and 64 MiB. */
    public static final DeadLetterLimits DEFAULT = new DeadLetterLimits(Duration.ofHours(1), 10_000, 64L << 20);

    /** Checks the values. */
    public DeadLetterLimits {
        if (age.isNegative()) {
            throw new IllegalArgumentException("dead letters: after %s (expected: zero or more)".formatted(age));
        }
        if (maxMessages < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("dead letters: %d messages, %d bytes (expected: 1 or more of each)"
                    .formatted(maxMessages, maxBytes));
        }
    }
}
