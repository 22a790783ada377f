package io.channels4j.redis.pubsub;

import io.channels4j.Message;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The plain channels that this process receives from. A channel stays subscribed for some time after the last call to {@code receive}, so
 * that no message is missed between two calls. Thread-safe.
 */
public final class PlainChannels {

    private final Map<String, Received> byName = new ConcurrentHashMap<>();
    private final long linger;
    private final Consumer<String> changed;

    private static final class Received {

        private final AtomicInteger waiting = new AtomicInteger();
        private volatile long last = System.nanoTime();
    }

    /**
     * Creates an empty set.
     *
     * @param linger how long a channel stays subscribed after the last call to {@code receive} has completed
     * @param changed a callback for the name of each channel that is added or removed
     */
    public PlainChannels(Duration linger, Consumer<String> changed) {
        this.linger = linger.toNanos();
        this.changed = changed;
    }

    public boolean contains(String channel) {
        return byName.containsKey(channel);
    }

    /** Registers a call to {@code receive}. Its stage must then be passed to {@link #until}. */
    public void receiving(String channel) {
        Received fresh = new Received();
        Received received = byName.compute(channel, (name, known) -> {
            Received used = known == null ? fresh : known;
            used.waiting.incrementAndGet();
            return used;
        });
        if (received == fresh) {
            changed.accept(channel);
        }
    }

    /** Ends a registered call when the stage that it returned completes. */
    public void until(String channel, CompletionStage<Message> receive) {
        receive.whenComplete((message, failure) -> {
            Received received = byName.get(channel);
            if (received != null) {
                received.last = System.nanoTime();
                received.waiting.decrementAndGet();
            }
        });
    }

    /** Removes the channels that have had no pending call for longer than the linger time. */
    public void sweep() {
        long now = System.nanoTime();
        for (String channel : byName.keySet()) {
            Received left = byName.computeIfPresent(
                    channel,
                    (name, received) -> received.waiting.get() == 0 && now - received.last > linger ? null : received);
            if (left == null) {
                changed.accept(channel);
            }
        }
    }
}
