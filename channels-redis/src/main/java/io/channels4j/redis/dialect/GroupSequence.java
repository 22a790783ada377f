package io.channels4j.redis.dialect;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers the messages that this process publishes to one group, so that receivers notice a missing message. The numbers start at 1. If a
 * process has forgotten a sequence and starts again, the new sequence has a greater epoch.
 *
 * <p><b>Threads.</b> Thread-safe. Messages of concurrent senders may be published in another order than that of their numbers.
 */
public final class GroupSequence {

    private final Address address;
    private final int epoch;
    private final AtomicLong last = new AtomicLong();

    public GroupSequence(Address address, int epoch) {
        this.address = address;
        this.epoch = epoch;
    }

    /** Returns the address of the group. */
    public Address address() {
        return address;
    }

    public int epoch() {
        return epoch;
    }

    /** Returns the number for the next message. */
    public long next() {
        return last.incrementAndGet();
    }

    /** Returns the number of the last message, 0 if there is none. */
    public long last() {
        return last.get();
    }
}
