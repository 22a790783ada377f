package io.channels4j.layer;

import io.channels4j.Message;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels that are received from. A channel is here while something waits in it.
 *
 * <p>Messages that nobody reads are found by a queue that holds each channel with messages once, the next to expire first.
 */
final class PullChannels {

    /** From so many entries on, those of channels that have been read are looked for. */
    private static final int FEW = 1024;

    private final Map<String, PullChannel> byName = new ConcurrentHashMap<>();
    private final Queue<Watched> watched =
            new PriorityBlockingQueue<>(11, Comparator.comparingLong(Watched::expiresAt));
    private final LayerSettings settings;
    private final long expiry;
    private final InstantSource clock;
    private final Consumer<String> unreadExpired;
    private final LocalDrops drops;

    private record Watched(String name, PullChannel channel, long expiresAt) {}

    PullChannels(LayerSettings settings, InstantSource clock, LocalDrops drops, Consumer<String> unreadExpired) {
        this.settings = settings;
        this.expiry = settings.expiry().toMillis();
        this.clock = clock;
        this.drops = drops;
        this.unreadExpired = unreadExpired;
    }

    /** Sends to a channel; returns how many messages are unread there when it is full, else -1. */
    int send(String name, Message message) {
        return put(name, message, 0, settings.capacityOf(name));
    }

    /** Puts a message that was given back at the end of its channel, full or not. */
    void giveBack(String name, Message message, int deliveries) {
        put(name, message, deliveries, Integer.MAX_VALUE);
    }

    private int put(String name, Message message, int deliveries, int capacity) {
        long now = clock.millis();
        expire(now);
        PullChannel.Unread unread = new PullChannel.Unread(message, now + expiry, deliveries);
        while (true) {
            PullChannel channel = byName.computeIfAbsent(name, n -> new PullChannel());
            PullChannel.Put put = channel.put(unread, capacity, now);
            if (put == PullChannel.Put.FULL) {
                return channel.size();
            }
            if (put == PullChannel.Put.DONE) {
                watch(name, channel);
                forgetIfIdle(name, channel);
                return -1;
            }
        }
    }

    CompletableFuture<Message> receive(String name) {
        return take(name, new PullChannel.Receiver<>(PullChannel.Unread::message));
    }

    CompletableFuture<Delivery> take(String name) {
        return take(name, new PullChannel.Receiver<>(unread -> new PulledDelivery(this, name, unread)));
    }

    private <T> CompletableFuture<T> take(String name, PullChannel.Receiver<T> receiver) {
        long now = clock.millis();
        expire(now);
        while (true) {
            PullChannel channel = byName.computeIfAbsent(name, n -> new PullChannel());
            if (channel.take(receiver, now)) {
                CompletableFuture<T> unused = receiver.whenComplete((message, gaveUp) -> forgetIfIdle(name, channel));
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
                forgetIfIdle(name, channel);
            }
        });
    }

    void close(RuntimeException why) {
        for (PullChannel channel : byName.values()) {
            channel.close(why);
        }
        byName.clear();
    }

    private void watch(String name, PullChannel channel) {
        if (channel.watch()) {
            watched.add(new Watched(name, channel, channel.nextExpiry()));
            if (watched.size() > 2 * byName.size() + FEW) {
                watched.removeIf(entry -> entry.channel().dead()); // a dead channel never comes back
            }
        }
    }

    int watched() {
        return watched.size();
    }

    private void forgetIfIdle(String name, PullChannel channel) {
        if (channel.dieIfIdle()) {
            byName.remove(name, channel);
        }
    }

    /** Drops what has expired in any channel. */
    void expire(long now) {
        for (Watched first = nextExpired(now); first != null; first = nextExpired(now)) {
            PullChannel channel = first.channel();
            int expired = channel.expire(now);
            if (expired > 0) {
                drops.add(expired);
                unreadExpired.accept(first.name());
            }
            long next = channel.nextExpiry();
            if (next >= 0) {
                watched.add(new Watched(first.name(), channel, next));
            }
            forgetIfIdle(first.name(), channel);
        }
    }

    /** Takes the first channel if it is due. */
    private @Nullable Watched nextExpired(long now) {
        Watched first = watched.peek();
        if (first == null || first.expiresAt() > now) {
            return null;
        }
        Watched taken = watched.poll();
        if (taken != null && taken.expiresAt() > now) {
            watched.add(taken); // another thread took the one that was due
            return null;
        }
        return taken;
    }
}
