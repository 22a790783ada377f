package io.channels4j.redis.pubsub;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.dialect.Address;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages of a layer that go to other processes and come from them. Thread-safe. */
public final class PubSubCounters {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final long LOG_PAUSE = Duration.ofMinutes(1).toNanos();

    private final LongAdder published = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder undelivered = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final AtomicLong malformedLogged = new AtomicLong(System.nanoTime() - 2 * LOG_PAUSE);
    private final AtomicLong lostLogged = new AtomicLong(malformedLogged.get());

    /**
     * Notes how a publication ends, and puts a failure in words: what was tried and who has the message.
     *
     * @param flows whether the sender need not wait for the answer: a failure is counted and logged then
     */
    public CompletionStage<Void> published(
            CompletableFuture<Long> sent, boolean flows, boolean toGroup, String what, String who) {
        boolean early = flows && !sent.isDone();
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletionStage<Long> unused = sent.whenComplete((receivers, failure) -> {
            if (failure == null) {
                published.increment();
                if (receivers == 0 && !toGroup) {
                    undelivered.increment();
                }
                done.complete(Stages.NOTHING);
            } else {
                failed.increment();
                if (early) {
                    lost(what, failure);
                } else {
                    done.completeExceptionally(new LayerUnavailableException(
                            "%s: Redis is out of reach (%s); %s the message"
                                    .formatted(what, RedisFailures.text(failure), who),
                            failure));
                }
            }
        });
        return early ? Stages.done() : done;
    }

    private void lost(String what, Throwable why) {
        if (mayLog(lostLogged)) {
            LOG.warn(
                    "Redis pub/sub layer: {}: lost on its way to other processes ({}); later ones are counted",
                    what,
                    RedisFailures.text(why));
        }
    }

    /** Takes the turn to write a line of a kind, if the last one was written more than a minute ago. */
    private static boolean mayLog(AtomicLong logged) {
        long now = System.nanoTime();
        long last = logged.get();
        return now - last > LOG_PAUSE && logged.compareAndSet(last, now);
    }

    public void received() {
        received.increment();
    }

    /** Notes a message that could not be read, and logs the first of a minute. */
    public void unreadable(Address address, RuntimeException why) {
        malformed.increment();
        if (mayLog(malformedLogged)) {
            LOG.warn(
                    "Redis pub/sub layer: a message to {} {} cannot be read and was dropped ({}); later ones are"
                            + " counted",
                    address.what(),
                    address.name(),
                    why.toString());
        }
    }

    public long publishedCount() {
        return published.sum();
    }

    public long receivedCount() {
        return received.sum();
    }

    public long failedCount() {
        return failed.sum();
    }

    /** Returns how many messages went to a process or channel that nobody hears. */
    public long undeliveredCount() {
        return undelivered.sum();
    }

    public long malformedCount() {
        return malformed.sum();
    }
}
