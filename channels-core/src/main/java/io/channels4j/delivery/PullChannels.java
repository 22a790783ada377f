package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.delivery.WaitingBytes.Bound;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The pulled channels in which a message or a receiver waits.
 *
 * <p>The expiry queue contains each channel that has messages exactly once. It is ordered by the next expiry, so
 * channels without expired messages need not be checked.
 */
final class PullChannels {

    /**
     * The length of the expiry queue, beyond twice the number of channels, at which closed channels are removed from
     * it.
     */
    private static final int EXCESS = 1024;

    private final Map<String, PullChannel> byName = new ConcurrentHashMap<>();
    private final Queue<Watched> watched =
            new PriorityBlockingQueue<>(11, Comparator.comparingLong(Watched::expiresAt));
    private final DeliveryLimits limits;
    private final WaitingBytes bytes;
    private final long expiry;
    private final InstantSource clock;
    private final Consumer<String> unreadExpired;
    private final IntConsumer expired;

    /** A channel that rejected a message, with the bound that the message would exceed. */
    record Rejection(PullChannel channel, Bound bound) {}

    private record Watched(String name, PullChannel channel, long expiresAt) {}

    PullChannels(
            DeliveryLimits limits,
            WaitingBytes bytes,
            InstantSource clock,
            IntConsumer expired,
            Consumer<String> unreadExpired) {
        this.limits = limits;
        this.bytes = bytes;
        this.expiry = limits.expiry().toMillis();
        this.clock = clock;
        this.expired = expired;
        this.unreadExpired = unreadExpired;
    }

    /** Sends a message. Returns null if the channel has accepted it. */
    @Nullable
    Rejection send(String name, Message message) {
        return put(name, message, 0, limits.capacities().applyAsInt(name));
    }

    /** Puts a message back at the end of its channel, even if the channel is full. */
    void requeue(String name, UnreadMessage unread) {
        put(name, unread.message(), unread.deliveries() + 1, Integer.MAX_VALUE);
    }

    private @Nullable Rejection put(String name, Message message, int deliveries, int capacity) {
        long now = clock.millis();
        expire(now);
        UnreadMessage unread = new UnreadMessage(message, now + expiry, deliveries);
        while (true) {
            PullChannel channel = byName.computeIfAbsent(name, n -> new PullChannel(bytes));
            PullChannel.Put put = channel.put(unread, capacity, now);
            if (put == PullChannel.Put.DONE) {
                watch(name, channel);
                removeIfIdle(name, channel);
                return null;
            }
            if (put != PullChannel.Put.CLOSED) {
                return new Rejection(channel, put.bound());
            }
        }
    }

    /** Returns a future that completes with the converted next message, unless it is cancelled first. */
    @SuppressWarnings("FutureReturnValueIgnored") // the receiver itself is returned
    <T> CompletableFuture<T> take(String name, Function<UnreadMessage, T> form) {
        PullChannel.Receiver<T> receiver = new PullChannel.Receiver<>(form);
        long now = clock.millis();
        expire(now);
        while (true) {
            PullChannel channel = byName.computeIfAbsent(name, n -> new PullChannel(bytes));
            if (channel.take(receiver, now)) {
                receiver.whenComplete((message, cancelled) -> removeIfIdle(name, channel));
                return receiver;
            }
        }
    }

    int size() {
        return byName.size();
    }

    void clear() {
        byName.keySet().forEach(name -> {
            PullChannel channel = byName.get(name);
            if (channel != null) {
                channel.expire(Long.MAX_VALUE);
                removeIfIdle(name, channel);
            }
        });
    }

    void close(RuntimeException failure) {
        for (PullChannel channel : byName.values()) {
            channel.close(failure);
        }
        byName.clear();
    }

    private void watch(String name, PullChannel channel) {
        if (channel.watch()) {
            watched.add(new Watched(name, channel, channel.nextExpiry()));
            if (watched.size() > 2 * byName.size() + EXCESS) {
                watched.removeIf(entry -> entry.channel().isClosed());
            }
        }
    }

    int watched() {
        return watched.size();
    }

    private void removeIfIdle(String name, PullChannel channel) {
        if (channel.closeIfIdle()) {
            byName.remove(name, channel);
        }
    }

    /** Drops the expired messages of all channels. */
    void expire(long now) {
        for (Watched first = nextExpired(now); first != null; first = nextExpired(now)) {
            PullChannel channel = first.channel();
            int expired = channel.expire(now);
            if (expired > 0) {
                this.expired.accept(expired);
                unreadExpired.accept(first.name());
            }
            long next = channel.nextExpiry();
            if (next >= 0) {
                watched.add(new Watched(first.name(), channel, next));
            }
            removeIfIdle(first.name(), channel);
        }
    }

    /** Removes and returns the first channel of the expiry queue if it is due. */
    private @Nullable Watched nextExpired(long now) {
        Watched first = watched.peek();
        if (first == null || first.expiresAt() > now) {
            return null;
        }
        Watched taken = watched.poll();
        if (taken != null && taken.expiresAt() > now) {
            watched.add(taken); // another thread has taken the channel that was due
            return null;
        }
        return taken;
    }
}
