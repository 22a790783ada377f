package io.channels4j.delivery;

import io.channels4j.delivery.WaitingBytes.Bound;
import io.channels4j.internal.Footprint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A pulled channel: unread messages, or receivers that wait for messages. Guarded by its monitor. */
final class PullChannel {

    private final WaitingBytes limits;
    private final Deque<UnreadMessage> messages = new ArrayDeque<>(2);
    private final Deque<Receiver<?>> receivers = new ArrayDeque<>(2);

    /** The total size of the messages. */
    private long bytes;

    private boolean dropLogged;

    /** True while the expiry queue contains this channel. */
    private boolean watched;

    /** True if the channel was removed because it was empty. A caller that still holds a reference to it must look up its replacement. */
    private boolean closed;

    /** A future that completes with a message unless it is cancelled first. */
    static final class Receiver<T> extends CompletableFuture<T> {

        private final Function<UnreadMessage, T> form;

        /** Creates a receiver that completes with the converted message. */
        Receiver(Function<UnreadMessage, T> form) {
            this.form = form;
        }

        boolean accept(UnreadMessage unread) {
            return complete(form.apply(unread));
        }
    }

    enum Put {
        DONE,
        FULL,
        TOO_MANY_BYTES,
        TOO_MANY_BYTES_IN_ALL,
        CLOSED;

        /** Returns the bound in bytes that rejected the message, or {@code NONE}. */
        Bound bound() {
            return switch (this) {
                case TOO_MANY_BYTES -> Bound.CHANNEL;
                case TOO_MANY_BYTES_IN_ALL -> Bound.TOTAL;
                case DONE, FULL, CLOSED -> Bound.NONE;
            };
        }
    }

    PullChannel(WaitingBytes limits) {
        this.limits = limits;
    }

    /** Adds a message, or completes a receiver with it. A message that was taken and requeued is accepted even if the channel is full. */
    Put put(UnreadMessage unread, int capacity, long now) {
        Footprint footprint = null;
        while (true) {
            Receiver<?> receiver;
            synchronized (this) {
                if (closed) {
                    return Put.CLOSED;
                }
                receiver = receivers.poll();
                if (receiver == null && footprint != null) {
                    return add(unread, footprint, capacity, now);
                }
            }
            if (receiver == null) {
                footprint = limits.measure(unread.message());
            } else if (receiver.accept(unread)) { // a cancelled receiver does not accept it
                return Put.DONE;
            }
        }
    }

    /** Adds a message to the queue. The caller must hold the lock. */
    private Put add(UnreadMessage unread, Footprint footprint, int capacity, long now) {
        expire(now);
        if (unread.deliveries() == 0) {
            if (messages.size() >= capacity) {
                return Put.FULL;
            }
            Bound bound = limits.exceeded(bytes, footprint);
            if (bound != Bound.NONE) {
                return bound == Bound.CHANNEL ? Put.TOO_MANY_BYTES : Put.TOO_MANY_BYTES_IN_ALL;
            }
        }
        if (messages.isEmpty()) {
            limits.backlogStarted();
        }
        messages.add(unread);
        bytes += footprint.bytes();
        limits.add(footprint);
        return Put.DONE;
    }

    /** Removes the first message. The caller must hold the lock. */
    private @Nullable UnreadMessage poll() {
        UnreadMessage first = messages.poll();
        if (first != null) {
            Footprint footprint = limits.measure(first.message()); // measured when it was added
            bytes -= footprint.bytes();
            limits.remove(footprint);
            if (messages.isEmpty()) {
                limits.backlogEnded();
            }
        }
        return first;
    }

    /** Returns true on the first call only, so that only the first dropped message is logged. */
    synchronized boolean firstDrop() {
        boolean first = !dropLogged;
        dropLogged = true;
        return first;
    }

    /** Completes a receiver with a message, or lets it wait for one. Returns false if this channel is closed. */
    synchronized boolean take(Receiver<?> receiver, long now) {
        if (closed) {
            return false;
        }
        expire(now);
        UnreadMessage first = poll();
        if (first != null) {
            receiver.accept(first);
        } else {
            receivers.removeIf(CompletableFuture::isDone);
            receivers.add(receiver);
        }
        return true;
    }

    /** Drops expired messages and returns their number. */
    synchronized int expire(long now) {
        int expired = 0;
        for (UnreadMessage first = messages.peek();
                first != null && first.expiresAt() <= now;
                first = messages.peek()) {
            poll();
            expired++;
        }
        return expired;
    }

    synchronized int size() {
        return messages.size();
    }

    /** Returns true if this channel has messages but is not yet in the expiry queue. The caller must then add it. */
    synchronized boolean watch() {
        if (watched || messages.isEmpty()) {
            return false;
        }
        watched = true;
        return true;
    }

    /**
     * Returns the time at which the first message expires. If there is none, returns -1 and marks the channel as removed from the expiry
     * queue.
     */
    synchronized long nextExpiry() {
        UnreadMessage first = messages.peek();
        watched = first != null;
        return first == null ? -1 : first.expiresAt();
    }

    /** Closes the channel if it has no messages and no waiting receivers. Returns true if it is closed. */
    synchronized boolean closeIfIdle() {
        receivers.removeIf(CompletableFuture::isDone);
        closed = messages.isEmpty() && receivers.isEmpty();
        return closed;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Closes the channel, drops its messages and fails its receivers. */
    void close(RuntimeException failure) {
        Deque<Receiver<?>> waiting;
        synchronized (this) {
            closed = true;
            while (!messages.isEmpty()) {
                poll();
            }
            waiting = new ArrayDeque<>(receivers);
            receivers.clear();
        }
        waiting.forEach(receiver -> receiver.completeExceptionally(failure));
    }
}
