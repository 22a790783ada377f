package io.channels4j.redis.pubsub;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.dialect.Address;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages that a layer publishes and receives. Thread-safe. */
public final class PubSubCounters {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final long LOG_PAUSE = Duration.ofMinutes(1).toNanos();

    private final LongAdder published = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder missing = new LongAdder();
    private final ObjLongConsumer<DropReason> drops;
    private final Consumer<String> lost;
    private final AtomicLong malformedLogged = new AtomicLong(System.nanoTime() - 2 * LOG_PAUSE);
    private final AtomicLong lostLogged = new AtomicLong(malformedLogged.get());

    /**
     * Creates counters.
     *
     * @param drops a listener for dropped messages
     * @param lost a consumer of the group or channel of each message that was lost after its send had completed
     */
    public PubSubCounters(ObjLongConsumer<DropReason> drops, Consumer<String> lost) {
        this.drops = drops;
        this.lost = lost;
    }

    /**
     * Counts a publication when it completes.
     *
     * @param sent the publication, which completes with the number of processes that received it
     * @param waits whether the sender waits for the reply; if it does not, a failure is logged
     * @param toGroup whether the message is for a group, which need not have members in other processes
     * @param target the name of the group or channel
     * @param effect the effect despite the failure, for the exception message
     * @return the stage for the sender
     */
    public CompletionStage<Void> published(
            CompletionStage<Long> sent, boolean waits, boolean toGroup, String target, String effect) {
        boolean early = !waits && !sent.toCompletableFuture().isDone();
        CompletableFuture<Void> done = early ? Stages.done() : new CompletableFuture<>();
        sent.whenComplete((receivers, failure) -> {
            if (failure == null) {
                published.increment();
                if (receivers == 0 && !toGroup) {
                    drops.accept(DropReason.NO_RECEIVER, 1);
                }
                if (!early) {
                    done.complete(Stages.NOTHING);
                }
            } else {
                failed.increment();
                String action = "send to " + (toGroup ? "group " : "") + target;
                if (early) {
                    logLost(action, failure);
                    lost.accept(target);
                } else {
                    done.completeExceptionally(RedisFailures.unavailable(action, effect, failure));
                }
            }
        });
        return done;
    }

    private void logLost(String action, Throwable cause) {
        if (mayLog(lostLogged)) {
            LOG.warn(
                    "Redis pub/sub layer: {}: lost on the way to other processes ({}); further losses are counted",
                    action,
                    RedisFailures.text(cause));
        }
    }

    /**
     * Returns true if the last line of this kind was logged more than a minute ago. If several threads call this concurrently, it returns
     * true for only one of them.
     */
    private static boolean mayLog(AtomicLong logged) {
        long now = System.nanoTime();
        long last = logged.get();
        return now - last > LOG_PAUSE && logged.compareAndSet(last, now);
    }

    public void received() {
        received.increment();
    }

    /** Counts a message that cannot be decoded, and logs at most one such message per minute. */
    public void malformed(Address address, RuntimeException cause) {
        malformed.increment();
        if (mayLog(malformedLogged)) {
            LOG.warn(
                    "Redis pub/sub layer: a message to {} {} cannot be read and was dropped ({}); later ones are"
                            + " counted",
                    address.what(),
                    address.name(),
                    cause.toString());
        }
    }

    /** Counts a dropped message that cannot be decoded. Logs like {@link #malformed}. */
    public void unreadable(Address address, RuntimeException cause) {
        malformed(address, cause);
        drops.accept(DropReason.UNREADABLE, 1);
    }

    /** Counts messages of other processes that did not arrive. */
    public void missing(long messages) {
        missing.add(messages);
    }

    /** Returns the number of messages from other processes that did not arrive, according to their sequence numbers. */
    public long missingCount() {
        return missing.sum();
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

    public long malformedCount() {
        return malformed.sum();
    }
}
