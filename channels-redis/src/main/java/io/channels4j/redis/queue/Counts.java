package io.channels4j.redis.queue;

import java.util.concurrent.atomic.LongAdder;

/** What became of messages since the layer was made. Thread-safe. */
public final class Counts {

    final LongAdder sent = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder malformed = new LongAdder();

    /** Returns how many messages Redis has taken. */
    public long sent() {
        return sent.sum();
    }

    /** Returns how many came from other processes and from queues. */
    public long received() {
        return received.sum();
    }

    /** Returns how many Redis has not taken. */
    public long failed() {
        return failed.sum();
    }

    /** Returns how many reached nobody. */
    public long dropped() {
        return dropped.sum();
    }

    /** Returns how many could not be read. */
    public long malformed() {
        return malformed.sum();
    }
}
