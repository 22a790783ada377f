package io.channels4j.redis;

import io.channels4j.layer.LayerListener.State;
import java.time.Duration;

/**
 * A snapshot of a layer's health. Messages are counted from the creation of the layer.
 *
 * @param state the availability of Redis
 * @param lag the delay of messages that pass through Redis. In the pub/sub layers, it is the round-trip time of the last probe or, if
 *     longer, the age of the probe in flight; probes are sent about once a second. With several hosts, it is the longest lag of any host.
 *     In {@link RedisChannelLayer}, it is how long the last message to this process waited in Redis
 * @param subscriptions the number of Redis subscriptions of this process; in {@link RedisChannelLayer}, the number of groups with members
 *     in this process
 * @param published the number of messages that Redis accepted
 * @param received the number of messages received through Redis
 * @param failed the number of messages that could not be sent to Redis, or that Redis had not confirmed when the connection was lost
 * @param dropped the number of messages that were not delivered because the channel or the inbox was full, the channel was closed, the
 *     message had expired, or no receiving process existed
 * @param malformed the number of messages that could not be decoded, for example because the sender used another serializer or encryption
 *     key
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
