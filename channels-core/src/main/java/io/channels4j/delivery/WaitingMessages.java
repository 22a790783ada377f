package io.channels4j.delivery;

import io.channels4j.delivery.WaitingBytes.Bound;
import io.channels4j.internal.Footprint;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The sizes of the messages that wait for one subscriber, oldest first. There are at most as many sizes as unread
 * messages. A message that the subscriber reads immediately need not be counted.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class WaitingMessages {

    private final WaitingBytes limits;

    /** Guarded by this. */
    private final Deque<Footprint> waiting = new ArrayDeque<>(4);

    /** Guarded by this. */
    private long bytes;

    /** Guarded by this. */
    private boolean closed;

    private volatile int size;

    WaitingMessages(WaitingBytes limits) {
        this.limits = limits;
    }

    int size() {
        return size;
    }

    /** Adds a message unless it would exceed a bound. Returns that bound, or {@code NONE} if the message was added. */
    synchronized Bound add(Footprint footprint) {
        Bound bound = limits.exceeded(bytes, footprint);
        if (bound == Bound.NONE) {
            force(footprint);
        }
        return bound;
    }

    /** Adds a message that has already been delivered, regardless of the bounds. */
    synchronized void force(Footprint footprint) {
        if (closed) {
            return;
        }
        if (waiting.isEmpty()) {
            limits.backlogStarted();
        }
        waiting.add(footprint);
        size = waiting.size();
        bytes += footprint.bytes();
        limits.add(footprint);
    }

    /**
     * Replaces a message unless the new one would exceed a bound. Returns false if it would.
     *
     * @param counted whether the new message has been added already
     */
    synchronized boolean replace(Footprint old, Footprint replacement, boolean counted) {
        boolean grows = replacement.bytes() > old.bytes();
        if (!counted && grows && limits.exceeded(bytes, replacement) != Bound.NONE) {
            return false;
        }
        if (waiting.removeLastOccurrence(old)) {
            bytes -= old.bytes();
            limits.remove(old);
            if (!counted) {
                waiting.add(replacement);
                bytes += replacement.bytes();
                limits.add(replacement);
            }
            size = waiting.size();
        }
        return true;
    }

    /** Removes the oldest messages until at most the given number is left. */
    synchronized void trim(int unread) {
        while (waiting.size() > Math.max(0, unread)) {
            Footprint oldest = waiting.remove();
            bytes -= oldest.bytes();
            limits.remove(oldest);
            if (waiting.isEmpty()) {
                limits.backlogEnded();
            }
        }
        size = waiting.size();
    }

    /** Removes all messages, because the channel was closed. Later messages are not counted. */
    synchronized void close() {
        trim(0);
        closed = true;
    }
}
