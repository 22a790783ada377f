package io.channels4j.redis.queue.store;

import io.channels4j.layer.LayerListener.DropReason;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** Message counts of a queue layer since its creation. Thread-safe. */
public class QueueCounters {

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final ObjLongConsumer<DropReason> drops;

    /** Creates counters with a listener for dropped messages. */
    public QueueCounters(ObjLongConsumer<DropReason> drops) {
        this.drops = drops;
    }

    /** Counts a message that Redis accepted. */
    public void countSent() {
        sent.increment();
    }

    /** Counts a message from another process or a work queue. */
    public void countReceived() {
        received.increment();
    }

    /** Counts a message, or a change of a group's members, that was not sent or that Redis did not confirm. */
    public void countFailed() {
        failed.increment();
    }

    /** Counts dropped messages and, if there are any, notifies the listener. */
    public void countDropped(DropReason reason, long messages) {
        if (messages > 0) {
            drops.accept(reason, messages);
        }
    }

    /** Counts a request that is sent again because Redis had not executed it. */
    public void countRetry() {
        retries.increment();
    }

    /** Counts work that this process cannot read and left to others. */
    public void countUnreadable() {
        unreadable.increment();
    }

    /** Counts messages that became dead letters. */
    public void countDeadLetters(long messages) {
        deadLetters.add(messages);
    }

    /** Counts dead letters that were removed because there were too many. */
    public void countRemovedDeadLetters(long messages) {
        countDropped(DropReason.FULL, messages);
    }

    /** Returns the number of messages in work queues that this process could not read and left to others. */
    public long unreadable() {
        return unreadable.sum();
    }

    /** Returns the number of messages that this process moved to the dead letters. */
    public long deadLetters() {
        return deadLetters.sum();
    }

    /** Counts a message that could not be decoded. */
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

    /** Returns the number of messages and changes of group members that were not sent, or that Redis did not confirm. */
    public long failed() {
        return failed.sum();
    }

    /** Returns the number of requests that were sent again. */
    public long retries() {
        return retries.sum();
    }

    /** Returns the number of messages that could not be decoded. */
    public long malformed() {
        return malformed.sum();
    }
}
