package io.channels4j.netty.eventloop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the memory that all connections of a server occupy in one direction (guarantee P3). The event loops share
 * the budget. Each counts the memory of its connections in a {@link LoopMemory}. Only memory that outlasts a read or a
 * write is counted, so most messages cost nothing.
 *
 * <p>If the budget is exceeded, event loops that hold at least their share close connections. They stop when at most
 * seven eighths of the budget remain in use.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class MemoryBudget {

    private final MemoryDirection direction;
    private final long maxBytes;
    private final AtomicLong total = new AtomicLong();
    private final List<LoopMemory> loops = new CopyOnWriteArrayList<>();

    public MemoryBudget(MemoryDirection direction, long maxBytes) {
        this.direction = direction;
        this.maxBytes = maxBytes;
    }

    MemoryDirection direction() {
        return direction;
    }

    void add(LoopMemory loop) {
        loops.add(loop);
    }

    void add(long change) {
        total.addAndGet(change);
    }

    /** Returns the number of bytes that are in use. */
    public long total() {
        return total.get();
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Returns the number of bytes down to which connections are closed. */
    long target() {
        return maxBytes - maxBytes / 8;
    }

    /** Returns the share of one event loop. At least one loop holds more than this while the budget is exceeded. */
    long share() {
        return maxBytes / Math.max(1, loops.size());
    }

    boolean isExceeded() {
        return total.get() > maxBytes;
    }

    /** Returns whether more than five quarters of the budget are in use. */
    boolean isExhausted() {
        return total.get() - maxBytes > maxBytes / 4;
    }

    /** Returns whether more than half of the budget is in use. */
    boolean isScarce() {
        return total.get() > maxBytes / 2;
    }

    /** Returns the memory of the event loop that holds the most, or null if there are no event loops. */
    @Nullable
    LoopMemory largest() {
        LoopMemory largest = null;
        for (LoopMemory loop : loops) {
            if (largest == null || loop.bytes() > largest.bytes()) {
                largest = loop;
            }
        }
        return largest;
    }
}
