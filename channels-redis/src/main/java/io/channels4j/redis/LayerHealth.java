package io.channels4j.redis;

import io.channels4j.layer.LayerListener.State;
import java.time.Duration;

/**
 * The health of a layer at one time. Counts start with the layer.
 *
 * @param state the availability of Redis
 * @param lag how long the last measured message took from one process to another, or the age of the one in flight if that is longer;
 *     measured about every second
 * @param subscriptions the number of groups and channels that this process is subscribed to
 * @param published messages that Redis accepted
 * @param received messages from other processes
 * @param failed messages that Redis did not accept
 * @param dropped messages that were not delivered: a full or closed channel, an expired message, a process that no longer exists
 * @param malformed messages that could not be decoded: another serializer, another key, or foreign data
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
