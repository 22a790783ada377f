package io.channels4j.redis.queue.store;

import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.command.Replication;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.MessageCodec;
import java.time.Duration;

/**
 * Settings of a queue layer.
 *
 * @param hosts the Redis hosts
 * @param keys the names of the keys
 * @param codec the encoding of messages
 * @param limits capacities and expiries
 * @param lease how long a process is considered alive after its last heartbeat
 * @param heartbeat the interval between heartbeats
 * @param inboxCapacity the maximum number of messages that wait for one process
 * @param sendTimeout how long messages wait while Redis is unreachable; if zero, they fail immediately
 * @param maxUnansweredBytes the maximum total size of unsent and unanswered messages
 * @param partitions the number of partitions in a cluster; must be the same in all processes
 * @param replication how many replicas must confirm a message
 * @param deadLetters the limits of the dead letters
 */
public record QueueSettings(
        HostSettings hosts,
        Keys keys,
        MessageCodec codec,
        LayerSettings limits,
        Duration lease,
        Duration heartbeat,
        int inboxCapacity,
        Duration sendTimeout,
        long maxUnansweredBytes,
        int partitions,
        Replication replication,
        DeadLetterLimits deadLetters) {

    private static final Duration MIN_RENEWAL_INTERVAL = Duration.ofMinutes(1);

    /** Validates the combination. */
    public QueueSettings {
        if (heartbeat.isZero()
                || heartbeat.isNegative()
                || heartbeat.multipliedBy(2).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "heartbeat: %s with a lease of %s (expected: more than zero, and at most half of the lease)"
                            .formatted(heartbeat, lease));
        }
        requirePositive("inbox capacity", inboxCapacity);
        requirePositive("partitions", partitions);
        if (replication.atMost().compareTo(heartbeat) > 0) {
            throw new IllegalArgumentException(
                    "time for replicas: %s with a heartbeat of %s (expected: at most as long)"
                            .formatted(replication.atMost(), heartbeat));
        }
    }

    /** Returns how long an unused work queue is kept. */
    public Duration queueLife() {
        return limits.expiry().plus(lease.multipliedBy(2));
    }

    /** Returns how often the expiry of group registrations is renewed. */
    public Duration groupRenewalInterval() {
        Duration third = limits.groupExpiry().dividedBy(3);
        return third.compareTo(MIN_RENEWAL_INTERVAL) < 0 ? MIN_RENEWAL_INTERVAL : third;
    }

    private static void requirePositive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(what, number));
        }
    }
}
