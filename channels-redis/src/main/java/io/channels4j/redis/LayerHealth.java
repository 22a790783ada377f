package io.channels4j.redis;

import io.channels4j.layer.LayerListener.State;
import java.time.Duration;

/**
 * How a layer is doing, at one time. The counts run since the layer was made.
 *
 * @param state how well it reaches Redis
 * @param lag how long a message took from publishing to hearing when last measured, about every second; longer when the one that is
 *     under way takes longer already
 * @param subscriptions how many channels of Redis this process hears
 * @param published messages that Redis has taken
 * @param received messages that came from other processes
 * @param failed messages that Redis has not taken
 * @param dropped messages that reached nobody: a full or closed channel, an expired message, a process that is gone
 * @param malformed messages that could not be read: another serializer, another key, or no message of a layer
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
