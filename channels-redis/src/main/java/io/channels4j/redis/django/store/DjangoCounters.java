package io.channels4j.redis.django.store;

import io.channels4j.layer.LayerListener.DropReason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Message counts of a queue layer for Django since its creation. Thread-safe. */
public final class DjangoCounters {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final long LOG_PAUSE = Duration.ofMinutes(1).toNanos();

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final ObjLongConsumer<DropReason> drops;
    private final AtomicLong malformedLogged = new AtomicLong(System.nanoTime() - 2 * LOG_PAUSE);
    private final AtomicLong fullLogged = new AtomicLong(malformedLogged.get());

    /** Creates counters with a listener for dropped messages. */
    public DjangoCounters(ObjLongConsumer<DropReason> drops) {
        this.drops = drops;
    }

    /** Counts a message that Redis accepted. */
    public void countSent() {
        sent.increment();
    }

    /** Counts a message that was read from a queue. */
    public void countReceived() {
        received.increment();
    }

    /** Counts a message that could not be sent. */
    public void countFailed() {
        failed.increment();
    }

    /** Counts messages that expired in a queue. */
    public void countExpired(long messages) {
        countDropped(DropReason.EXPIRED, messages);
    }

    /** Counts a message to a channel whose queue was full. */
    public void countFull() {
        countDropped(DropReason.FULL, 1);
    }

    /** Counts the queues that were too full for a message to a group, and logs this at most once per minute. */
    public void countFull(String group, long queues) {
        countDropped(DropReason.FULL, queues);
        if (queues > 0 && mayLog(fullLogged)) {
            LOG.warn(
                    "group {}: the queues of {} processes or plain channels are full; a message was dropped there,"
                            + " further drops are only counted",
                    group,
                    queues);
        }
    }

    /** Counts a message that cannot be read, and logs at most one such message per minute. */
    public void countMalformed(String queue, RuntimeException cause) {
        malformed.increment();
        if (mayLog(malformedLogged)) {
            LOG.warn(
                    "Redis layer for Django: a message in queue {} cannot be read and was dropped ({}); later ones are"
                            + " counted",
                    queue,
                    cause.toString());
        }
    }

    private void countDropped(DropReason reason, long messages) {
        if (messages > 0) {
            drops.accept(reason, messages);
        }
    }

    private static boolean mayLog(AtomicLong logged) {
        long now = System.nanoTime();
        long last = logged.get();
        return now - last > LOG_PAUSE && logged.compareAndSet(last, now);
    }

    /** Returns the number of messages that Redis accepted. */
    public long sent() {
        return sent.sum();
    }

    /** Returns the number of messages that were read from queues. */
    public long received() {
        return received.sum();
    }

    /** Returns the number of messages that could not be sent. */
    public long failed() {
        return failed.sum();
    }

    /** Returns the number of messages that could not be read. */
    public long malformed() {
        return malformed.sum();
    }
}
