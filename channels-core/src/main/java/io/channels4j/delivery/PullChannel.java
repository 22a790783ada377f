package io.channels4j.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A pulled channel: unread messages, or receivers that wait for one. Guarded by its monitor. */
final class PullChannel {

    private final Deque<UnreadMessage> messages = new ArrayDeque<>(2);
    private final Deque<Receiver<?>> receivers = new ArrayDeque<>(2);

    /** True while the expiry queue holds this channel. */
    private boolean watched;

    /** True if the channel was removed because it was empty; a caller that still holds a reference to it must look up its replacement. */
    private boolean closed;

    /** Waits for a message until it is cancelled. */
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
        CLOSED
    }

    /** Adds a message, or completes a receiver with it. */
    Put put(UnreadMessage unread, int capacity, long now) {
        Receiver<?> receiver;
        do {
            synchronized (this) {
                if (closed) {
                    return Put.CLOSED;
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
        } while (!receiver.accept(unread)); // a cancelled receiver does not accept it
        return Put.DONE;
    }

    /** Completes a receiver with a message, or lets it wait for one; returns false if this channel is closed. */
    synchronized boolean take(Receiver<?> receiver, long now) {
        if (closed) {
            return false;
        }
        expire(now);
        UnreadMessage first = messages.poll();
        if (first != null) {
            receiver.accept(first);
        } else {
            receivers.removeIf(CompletableFuture::isDone);
            receivers.add(receiver);
        }
        return true;
    }

    /** Drops expired messages; returns their number. */
    synchronized int expire(long now) {
        int expired = 0;
        for (UnreadMessage first = messages.peek();
                first != null && first.expiresAt() <= now;
                first = messages.peek()) {
            messages.poll();
            expired++;
        }
        return expired;
    }

    synchronized int size() {
        return messages.size();
    }

    /** Returns true if this channel must be added to the expiry queue; false if it is already there or has no reason to be. */
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

    /** Closes the channel if nothing waits in it; returns true if it is closed. */
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
            messages.clear();
            waiting = new ArrayDeque<>(receivers);
            receivers.clear();
        }
        waiting.forEach(receiver -> receiver.completeExceptionally(failure));
    }
}
