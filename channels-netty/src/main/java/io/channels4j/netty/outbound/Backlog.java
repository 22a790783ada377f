package io.channels4j.netty.outbound;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages that wait in an {@link OutboundQueue}, in the order of their admission. Not thread-safe: guarded by its owner. */
final class Backlog {

    /** Most connections never have one for long. */
    private @Nullable ArrayDeque<Waiting> queue;

    private long bytes;

    private record Waiting(OutboundFrame message, long since) {}

    /** Adds a message; {@code now} is the time in nanoseconds. */
    void add(OutboundFrame message, long now) {
        if (queue == null) {
            queue = new ArrayDeque<>(8);
        }
        queue.add(new Waiting(message, now));
        bytes += message.size();
    }

    @Nullable
    OutboundFrame poll() {
        Waiting next = queue == null ? null : queue.poll();
        if (next == null) {
            queue = null;
            return null;
        }
        bytes -= next.message().size();
        return next.message();
    }

    int size() {
        return queue == null ? 0 : queue.size();
    }

    long bytes() {
        return bytes;
    }

    void clear() {
        queue = null;
        bytes = 0;
    }

    /** Drops messages from the oldest on until there are fewer than so many bytes, or none that may be dropped; returns them. */
    List<OutboundFrame> dropOldest(long until) {
        if (queue == null) {
            return List.of();
        }
        List<OutboundFrame> lost = new ArrayList<>(1);
        for (Iterator<Waiting> oldest = queue.iterator(); oldest.hasNext() && bytes >= until; ) {
            OutboundFrame message = oldest.next().message();
            if (message.droppable()) {
                oldest.remove();
                bytes -= message.size();
                lost.add(message);
            }
        }
        return lost;
    }

    /** Tells whether the oldest message waits for longer than so many nanoseconds, and is one that policies are about. */
    boolean isOlder(long now, long nanos) {
        Waiting oldest = queue == null ? null : queue.peek();
        return oldest != null && oldest.message().droppable() && now - oldest.since() > nanos;
    }
}
