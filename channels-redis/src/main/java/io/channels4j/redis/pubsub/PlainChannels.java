package io.channels4j.redis.pubsub;

import io.channels4j.Message;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The plain channels that this process receives from, and hears therefore. A channel stays one of them for a while after the last
 * call, so that nothing is missed between one call and the next.
 */
public final class PlainChannels {

    private final Map<String, Received> byName = new ConcurrentHashMap<>();
    private final long patience;
    private final Consumer<String> changed;

    private static final class Received {

        private final AtomicInteger waiting = new AtomicInteger();
        private volatile long last = System.nanoTime();
    }

    /**
     * Starts without channels.
     *
     * @param patience how long a channel is heard after the last call
     * @param changed is told the names of channels that are received from now, or not any more
     */
    public PlainChannels(Duration patience, Consumer<String> changed) {
        this.patience = patience.toNanos();
        this.changed = changed;
    }

    public boolean contains(String channel) {
        return byName.containsKey(channel);
    }

    /** Notes a call. */
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

    /** Notes that a call is over when its stage is. */
    public void until(String channel, CompletionStage<Message> over) {
        CompletionStage<Message> unused = over.whenComplete((message, failure) -> {
            Received received = byName.get(channel);
            if (received != null) {
                received.last = System.nanoTime();
                received.waiting.decrementAndGet();
            }
        });
    }

    /** Forgets the channels that nobody has received from for long. */
    public void sweep() {
        long now = System.nanoTime();
        for (String channel : byName.keySet()) {
            Received left = byName.computeIfPresent(
                    channel,
                    (name, received) ->
                            received.waiting.get() == 0 && now - received.last > patience ? null : received);
            if (left == null) {
                changed.accept(channel);
            }
        }
    }
}
