package io.channels4j.redis.queue.store;

import java.util.concurrent.atomic.LongAdder;

/** Message counts of a queue layer since it was created. Thread-safe. */
public final class QueueCounters {

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder malformed = new LongAdder();

    /** Counts a message that Redis accepted. */
    public void countSent() {
        sent.increment();
    }

    /** Counts a message from another process or a work queue. */
    public void countReceived() {
        received.increment();
    }

    /** Counts a message that Redis did not accept. */
    public void countFailed() {
        failed.increment();
    }

    /** Counts messages that expired or did not fit. */
    public void countDropped(long messages) {
        dropped.add(messages);
    }

    /** Counts a message that could not be read. */
    public void countMalformed() {
        malformed.increment();
    }

    /** Returns the number of messages that Redis accepted. */
    public long sent() {
        return sent.sum();
    }

    /** Returns the number of messages received from other processes and work queues. */
    public long received() {
        return received.sum();
    }

    /** Returns the number of messages that Redis did not accept. */
    public long failed() {
        return failed.sum();
    }

    /** Returns the number of messages that expired or did not fit. */
    public long dropped() {
        return dropped.sum();
    }

    /** Returns the number of messages that could not be read. */
    public long malformed() {
        return malformed.sum();
    }
}
