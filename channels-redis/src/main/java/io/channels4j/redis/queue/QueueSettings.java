package io.channels4j.redis.queue;

import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.command.Replication;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.MessageCodec;
import java.time.Duration;

/**
 * What a layer with queues is made of.
 *
 * @param hosts where Redis is
 * @param keys the names of keys
 * @param codec messages as bytes
 * @param limits capacities and expiries
 * @param lease how long a process counts as alive after it was last heard of
 * @param heartbeat how often it is heard of
 * @param inboxCapacity how many messages may wait for a process that reads too slowly
 * @param patience how long messages wait while Redis is out of reach; zero when they fail at once
 * @param mostUnanswered how many bytes of messages may be unsent or unanswered
 * @param tags how many parts the keys of a cluster have that can be on different nodes; the same in all processes
 * @param replication how many replicas must have a message
 */
public record QueueSettings(
        HostSettings hosts,
        Keys keys,
        MessageCodec codec,
        LayerSettings limits,
        Duration lease,
        Duration heartbeat,
        int inboxCapacity,
        Duration patience,
        long mostUnanswered,
        int tags,
        Replication replication) {

    /** Checks that they fit together. */
    public QueueSettings {
        if (heartbeat.isZero()
                || heartbeat.isNegative()
                || heartbeat.multipliedBy(2).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "heartbeat: %s with a lease of %s (expected: more than zero, and at most half of the lease)"
                            .formatted(heartbeat, lease));
        }
        requirePositive("inbox capacity", inboxCapacity);
        requirePositive("tags", tags);
        if (replication.atMost().compareTo(heartbeat) > 0) {
            throw new IllegalArgumentException(
                    "time for replicas: %s with a heartbeat of %s (expected: at most as long)"
                            .formatted(replication.atMost(), heartbeat));
        }
    }

    /** Returns how long a work queue lives after it was last used. */
    Duration queueLife() {
        return limits.expiry().plus(lease.multipliedBy(2));
    }

    private static void requirePositive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(what, number));
        }
    }
}
