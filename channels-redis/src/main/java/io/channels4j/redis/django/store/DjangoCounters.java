package io.channels4j.redis.django.store;

import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.queue.store.QueueCounters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Message counts of a queue layer for Django since its creation, with log lines for lost messages. Thread-safe. */
public final class DjangoCounters extends QueueCounters {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final long LOG_PAUSE = Duration.ofMinutes(1).toNanos();

    private final AtomicLong malformedLogged = new AtomicLong(System.nanoTime() - 2 * LOG_PAUSE);
    private final AtomicLong fullLogged = new AtomicLong(malformedLogged.get());

    /** Creates counters with a listener for dropped messages. */
    public DjangoCounters(ObjLongConsumer<DropReason> drops) {
        super(drops);
    }

    /** Counts messages that expired in a queue. */
    public void countExpired(long messages) {
        countDropped(DropReason.EXPIRED, messages);
    }

    /** Counts a message to a channel whose queue was full. */
    public void countFull() {
        countDropped(DropReason.FULL, 1);
    }

    /** Counts the full queues that dropped a group message. Logs this at most once per minute. */
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
        countMalformed();
        if (mayLog(malformedLogged)) {
            LOG.warn(
                    "Redis layer for Django: a message in queue {} cannot be read and was dropped ({}); later ones are"
                            + " counted",
                    queue,
                    cause.toString());
        }
    }

    private static boolean mayLog(AtomicLong logged) {
        long now = System.nanoTime();
        long last = logged.get();
        return now - last > LOG_PAUSE && logged.compareAndSet(last, now);
    }
}
