package io.channels4j.netty.connection;

import io.channels4j.engine.InputMemory;
import io.channels4j.netty.eventloop.LoopMemory;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The memory that the input of one connection or request occupies in the server and in the application. It counts against the
 * server's budget until {@link #release}. Thread-safe.
 */
public final class InboundMemory implements InputMemory {

    private static final AtomicLongFieldUpdater<InboundMemory> BYTES =
            AtomicLongFieldUpdater.newUpdater(InboundMemory.class, "bytes");

    /** The value after the release. It is so low that later changes do not matter. */
    private static final long RELEASED = Long.MIN_VALUE / 2;

    private final LoopMemory loop;
    private volatile long bytes;
    private volatile boolean dropped;

    public InboundMemory(LoopMemory loop) {
        this.loop = loop;
    }

    @Override
    public void held(long change) {
        if (BYTES.addAndGet(this, change) > RELEASED / 2) {
            loop.add(change);
        }
    }

    /** Returns the number of bytes that are held. */
    public long bytes() {
        return Math.max(0, bytes);
    }

    @Override
    public boolean isScarce() {
        return loop.isScarce();
    }

    @Override
    public boolean isDropped() {
        return dropped;
    }

    /** Marks the events that have not been handled as dropped, because the connection has been closed. */
    public void drop() {
        dropped = true;
    }

    /** Stops counting, because the application has ended. Later changes are ignored. */
    public void release() {
        long rest = BYTES.getAndSet(this, RELEASED);
        if (rest > RELEASED / 2) {
            loop.add(-rest);
        }
    }
}
