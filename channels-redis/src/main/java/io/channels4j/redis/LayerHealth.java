package io.channels4j.redis;

import io.channels4j.layer.LayerListener.State;
import java.time.Duration;

/**
 * A snapshot of the health of a layer. Counts start when the layer is created.
 *
 * @param state the availability of Redis
 * @param lag how long the last measured message took from one process to another, or the age of the one in flight if that is longer;
 *     measured about every second
 * @param subscriptions the number of groups and channels that this process is subscribed to
 * @param published messages that Redis accepted
 * @param received messages from other processes
 * @param failed messages that Redis did not accept
 * @param dropped messages that were not delivered because the channel was full or closed, the message had expired, or the process no
 *     longer exists
 * @param malformed messages that could not be decoded because of a different serializer, a different key, or foreign data
 */
public record LayerHealth(
        State state,
        Duration lag,
        int subscriptions,
        long published,
        long received,
        long failed,
        long dropped,
        long malformed) {}
