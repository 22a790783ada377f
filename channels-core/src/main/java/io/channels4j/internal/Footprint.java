package io.channels4j.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The estimated size of a queued message and the number of backlogs that contain the message.
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

    /** Returns true if this footprint counts backlogs for the given owner. Any other owner must count the message once per backlog. */
    public boolean isOwnedBy(Object candidate) {
        return owner == candidate;
    }

    /** Adds a backlog. Returns true if no other backlog contains the message. */
    public boolean hold() {
        return holders.getAndIncrement() == 0;
    }

    /** Removes a backlog. Returns true if no backlog contains the message any more. */
    public boolean release() {
        return holders.decrementAndGet() == 0;
    }
}
