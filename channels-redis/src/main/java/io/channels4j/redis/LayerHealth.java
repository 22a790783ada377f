package io.channels4j.redis;

import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.layer.LayerListener.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot of a layer's health. Messages are counted from the creation of the layer.
 *
 * @param state the availability of Redis
 * @param cause why the state is not {@code UP}: the text of the last failure, such as an error reply. Empty while the state is {@code UP},
 *     and if no cause is known
 * @param since when the state began, according to the clock of this process
 * @param lag the delay of Redis, measured with a probe about once a second. It is the round-trip time of the last answered probe or, if
 *     longer, the time since the first unanswered probe. It therefore grows while Redis does not reply. In the pub/sub layers, a probe is
 *     a message that this process publishes and receives. In {@link RedisChannelLayer}, it is at least as long as the last message to
 *     this process waited in Redis. With several hosts, it is the longest lag of any host
 * @param subscriptions the number of Redis subscriptions of this process. In {@link RedisChannelLayer} and {@link DjangoChannelLayer},
 *     the number of groups with members in this process
 * @param published the number of messages that Redis accepted
 * @param received the number of messages received through Redis and delivered in this process
 * @param failed the number of messages that could not be sent to Redis, or that Redis had not confirmed when the connection was lost
 * @param lost the number of messages that were lost after their sends had completed. In {@link RedisPubSubChannelLayer}, also included
 *     in {@code failed}. In {@link RedisChannelLayer}, messages in work queues that Redis had stored and then lost, for example because the
 *     replica that became the master was behind. Always zero in {@link DjangoChannelLayer}
 * @param missing the number of messages from other processes that did not arrive, according to their sequence numbers. Always zero except
 *     in {@link RedisPubSubChannelLayer}, because other layers do not number their messages
 * @param dropped the number of dropped messages; see {@link DropReason}
 * @param drops the number of dropped messages for each reason
 * @param conflated the number of messages that a later message with the same {@linkplain io.channels4j.Message#latest key} replaced before
 *     they were handled. They are not counted as dropped
 * @param gaps the number of possible gaps: groups whose members in this process may have missed messages. A group counts once per gap
 * @param retries the number of requests that were repeated because Redis had not executed them. In {@link RedisChannelLayer}, this
 *     includes sends to groups whose members had changed. In {@link RedisPubSubChannelLayer}, requests are repeated only in a cluster,
 *     when a slot has moved. Always zero in the layers for Django
 * @param malformed the number of messages that could not be decoded, for example because of another serializer or encryption key.
 *     Those to groups and channels are also counted in {@code dropped}, with the reason {@code UNREADABLE}
 * @param unreadable the number of messages in work queues that this process could not read and left to others. Always zero except in
 *     {@link RedisChannelLayer}
 * @param deadLetters the number of messages that this process moved to the dead letters; see {@link RedisChannelLayer#deadLetters()}
 */
public record LayerHealth(
        State state,
        Optional<String> cause,
        Instant since,
        Duration lag,
        int subscriptions,
        long published,
        long received,
        long failed,
        long lost,
        long missing,
        long dropped,
        Map<DropReason, Long> drops,
        long conflated,
        long gaps,
        long retries,
        long malformed,
        long unreadable,
        long deadLetters) {

    /** Copies the drops. */
    public LayerHealth {
        drops = Map.copyOf(drops);
    }

    /**
     * Creates a snapshot without a cause and drops by reason. Counters without a parameter are zero. The state begins now.
     *
     * @param state the availability of Redis
     * @param lag the delay
     * @param subscriptions the number of subscriptions
     * @param published the number of accepted messages
     * @param received the number of received messages
     * @param failed the number of messages that could not be sent
     * @param dropped the number of dropped messages
     * @param malformed the number of messages that could not be decoded
     */
    public LayerHealth(
            State state,
            Duration lag,
            int subscriptions,
            long published,
            long received,
            long failed,
            long dropped,
            long malformed) {
        this(
                state,
                Optional.empty(),
                Instant.now(),
                lag,
                subscriptions,
                published,
                received,
                failed,
                0,
                0,
                dropped,
                Map.of(),
                0,
                0,
                0,
                malformed,
                0,
                0);
    }
}
