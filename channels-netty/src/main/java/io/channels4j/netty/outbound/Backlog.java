package io.channels4j.netty.outbound;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The waiting frames of an {@link OutboundQueue}, in the order of their admission. Not thread-safe: guarded by the queue. */
final class Backlog {

    /** Null while no frame waits, which is the usual case. */
    private @Nullable ArrayDeque<Waiting> queue;

    private long bytes;

    private record Waiting(OutboundFrame frame, long since) {}

    /** Adds a frame; {@code now} is the time in nanoseconds. */
    void add(OutboundFrame frame, long now) {
        if (queue == null) {
            queue = new ArrayDeque<>(8);
        }
        queue.add(new Waiting(frame, now));
        bytes += frame.size();
    }

    @Nullable
    OutboundFrame poll() {
        Waiting next = queue == null ? null : queue.poll();
        if (next == null) {
            queue = null;
            return null;
        }
        bytes -= next.frame().size();
        return next.frame();
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

    /** Drops the oldest droppable frames until fewer than {@code maxBytes} remain, and returns them. */
    List<OutboundFrame> dropOldest(long maxBytes) {
        if (queue == null) {
            return List.of();
        }
        List<OutboundFrame> dropped = new ArrayList<>(1);
        for (Iterator<Waiting> oldest = queue.iterator(); oldest.hasNext() && bytes >= maxBytes; ) {
            OutboundFrame frame = oldest.next().frame();
            if (frame.droppable()) {
                oldest.remove();
                bytes -= frame.size();
                dropped.add(frame);
            }
        }
        return dropped;
    }

    /** Returns whether the oldest frame is droppable and has waited for longer than {@code nanos}. */
    boolean isOlder(long now, long nanos) {
        Waiting oldest = queue == null ? null : queue.peek();
        return oldest != null && oldest.frame().droppable() && now - oldest.since() > nanos;
    }
}
