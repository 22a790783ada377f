package io.channels4j.layer;

import io.channels4j.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A channel that is received from: unread messages with their time, or receivers that wait. Guarded by itself. */
final class PullChannel {

    private final Deque<Unread> messages = new ArrayDeque<>(2);
    private final Deque<Receiver<?>> receivers = new ArrayDeque<>(2);

    /** Whether the layer's expiry queue holds this channel. */
    private boolean watched;

    private boolean dead;

    /**
     * A message that nobody has.
     *
     * @param deliveries how often it was given back
     */
    record Unread(Message message, long expiresAt, int deliveries) {}

    /** Waits for a message; whoever cancels it gives up. */
    static final class Receiver<T> extends CompletableFuture<T> {

        private final Function<Unread, T> form;

        /** Makes a receiver that completes with some form of the message. */
        Receiver(Function<Unread, T> form) {
            this.form = form;
        }

        boolean take(Unread unread) {
            return complete(form.apply(unread));
        }
    }

    enum Put {
        DONE,
        FULL,
        DEAD
    }

    /** Adds a message, or completes a receiver with it. */
    Put put(Unread unread, int capacity, long now) {
        Receiver<?> receiver;
        do {
            synchronized (this) {
                if (dead) {
                    return Put.DEAD;
                }
                receiver = receivers.poll();
                if (receiver == null) {
                    expire(now);
                    if (messages.size() >= capacity) {
                        return Put.FULL;
                    }
                    messages.add(unread);
                    return Put.DONE;
                }
            }
        } while (!receiver.take(unread)); // one that gave up takes nothing
        return Put.DONE;
    }

    /** Gives a receiver a message, or lets it wait for one; returns false when this channel is dead. */
    synchronized boolean take(Receiver<?> receiver, long now) {
        if (dead) {
            return false;
        }
        expire(now);
        Unread first = messages.poll();
        if (first != null) {
            receiver.take(first);
        } else {
            receivers.removeIf(CompletableFuture::isDone);
            receivers.add(receiver);
        }
        return true;
    }

    /** Drops what has expired; returns how many messages that were. */
    synchronized int expire(long now) {
        int expired = 0;
        for (Unread first = messages.peek(); first != null && first.expiresAt() <= now; first = messages.peek()) {
            messages.poll();
            expired++;
        }
        return expired;
    }

    synchronized int size() {
        return messages.size();
    }

    /** Tells that the expiry queue should hold this channel from now on; returns false when it does already. */
    synchronized boolean watch() {
        if (watched || messages.isEmpty()) {
            return false;
        }
        watched = true;
        return true;
    }

    /** Returns when the first message expires, or -1 and is not watched any more when there is none. */
    synchronized long nextExpiry() {
        Unread first = messages.peek();
        watched = first != null;
        return first == null ? -1 : first.expiresAt();
    }

    /** Dies when nothing waits here; returns whether it is dead. */
    synchronized boolean dieIfIdle() {
        receivers.removeIf(CompletableFuture::isDone);
        dead = messages.isEmpty() && receivers.isEmpty();
        return dead;
    }

    synchronized boolean dead() {
        return dead;
    }

    /** Dies with all that waits here. */
    void close(RuntimeException why) {
        Deque<Receiver<?>> waiting;
        synchronized (this) {
            dead = true;
            messages.clear();
            waiting = new ArrayDeque<>(receivers);
            receivers.clear();
        }
        waiting.forEach(receiver -> receiver.completeExceptionally(why));
    }
}
