package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.control.ControlTransport;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.PubSubDialect;
import io.channels4j.redis.pubsub.PubSubCounters;
import io.channels4j.redis.pubsub.PubSubTransport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes control messages. Redis replies with the number of subscribed processes. A process that dies is unsubscribed when Redis notices
 * the end of its connection.
 */
record PubSubControl(
        String process, PubSubTransport pubsub, PubSubDialect dialect, PubSubCounters counters, ControlThread thread)
        implements ControlTransport {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Publishes a message. The stage always waits for the reply from Redis. */
    @Override
    public CompletionStage<Integer> send(String group, Message message) {
        byte[] payload;
        try {
            payload = dialect.encodeToGroup(group, message, Set.of(), null);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletionStage<Long> sent = pubsub.publishUrgently(address(group), payload);
        return counters.published(sent, true, true, group, "only this process has the message")
                .thenCombine(sent, (nothing, processes) -> Math.toIntExact(processes));
    }

    @Override
    public CompletionStage<Void> confirmed(String group) {
        return pubsub.confirmed(address(group));
    }

    private Address address(String group) {
        return dialect.addresses().group(group);
    }

    @Override
    public Duration timeout() {
        return TIMEOUT;
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        return thread.schedule(delay, task)::cancel;
    }

    @Override
    public ChannelsException unconfirmed(String text) {
        return new LayerUnavailableException(text, null);
    }
}
