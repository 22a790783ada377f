package io.channels4j.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The size of a message that has to wait, measured once, and the number of backlogs that hold it.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Footprint {

    private final Object owner;
    private final long bytes;
    private final AtomicInteger holders = new AtomicInteger();

    Footprint(Object owner, long bytes) {
        this.owner = owner;
        this.bytes = bytes;
    }

    /** Returns the estimated size of the message in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Returns true if this footprint counts the backlogs of the given owner. Other owners must count the message once per backlog. */
    public boolean isOwnedBy(Object candidate) {
        return owner == candidate;
    }

    /** Counts one more backlog; returns true if it is the only one. */
    public boolean hold() {
        return holders.getAndIncrement() == 0;
    }

    /** Counts one backlog less; returns true if none is left. */
    public boolean release() {
        return holders.decrementAndGet() == 0;
    }
}
