package io.channels4j.worker;

import io.channels4j.internal.SharedEvents;
import io.channels4j.layer.Delivery;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The failed messages of a receiver with at-least-once delivery. Each message waits for a delay and is then returned to
 * its channel. Until then, it remains unacknowledged. If this process dies, another process therefore receives it.
 *
 * <p>Confined to the receiver's loop.
 */
final class Redelivery {

    /** The maximum number of waiting messages. At this number, the receiver takes no further messages. */
    static final int MAX_WAITING = 100;

    /** The total size of the waiting messages, in bytes, at which the receiver takes no further messages. */
    static final long MAX_WAITING_BYTES = 4L << 20;

    static final Duration MAX_DELAY = Duration.ofMinutes(1);

    private static final int MAX_DOUBLINGS = 40;

    private final Policy policy;
    private final WorkerLoop loop;
    private final Runnable onRoom;
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private long waitingBytes;

    /**
     * The number of attempts and the delay between them.
     *
     * @param maxAttempts the maximum number of times that a message is handled, 1 or more
     * @param firstDelay the delay after the first failure; doubled after each further failure, up to a minute
     */
    record Policy(int maxAttempts, Duration firstDelay) {

        Policy {
            if (maxAttempts < 1) {
                throw new IllegalArgumentException("attempts: %d (expected: 1 or more)".formatted(maxAttempts));
            }
            if (firstDelay.isNegative()) {
                throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(firstDelay));
            }
        }

        /** Returns true if a message with this number of deliveries must not be handled again. */
        boolean exhausted(int deliveries) {
            return deliveries >= maxAttempts;
        }

        Duration delay(int earlierDeliveries) {
            Duration delay = firstDelay;
            for (int i = 0; i < Math.min(earlierDeliveries, MAX_DOUBLINGS) && delay.compareTo(MAX_DELAY) < 0; i++) {
                delay = delay.multipliedBy(2);
            }
            return delay.compareTo(MAX_DELAY) < 0 ? delay : MAX_DELAY;
        }
    }

    private static final class Waiting {

        final Delivery delivery;
        final long bytes;
        Future<?> timer = new CompletableFuture<>();

        Waiting(Delivery delivery, long bytes) {
            this.delivery = delivery;
            this.bytes = bytes;
        }
    }

    /**
     * Creates an instance without waiting messages.
     *
     * @param policy the attempts and delays
     * @param loop the loop that runs the timers
     * @param onRoom the action to run when the waiting messages no longer exceed a limit
     */
    Redelivery(Policy policy, WorkerLoop loop, Runnable onRoom) {
        this.policy = policy;
        this.loop = loop;
        this.onRoom = onRoom;
    }

    Policy policy() {
        return policy;
    }

    boolean isFull() {
        return waiting.size() >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES;
    }

    /** Returns a message to its channel after the delay. */
    void requeueLater(Delivery delivery) {
        long bytes = SharedEvents.footprint(delivery.message(), this).bytes();
        Waiting failed = new Waiting(delivery, bytes);
        waiting.add(failed);
        waitingBytes += bytes;
        long nanos = policy.delay(delivery.earlierDeliveries()).toNanos();
        failed.timer = loop.schedule(() -> requeue(failed), nanos, TimeUnit.NANOSECONDS);
    }

    private void requeue(Waiting failed) {
        boolean wasFull = isFull();
        if (waiting.remove(failed)) {
            waitingBytes -= failed.bytes;
        }
        failed.delivery.requeue();
        if (wasFull && !isFull()) {
            onRoom.run();
        }
    }

    /** Returns all waiting messages to their channel immediately. */
    void requeueAll() {
        for (Waiting failed : waiting) {
            failed.timer.cancel(false);
            failed.delivery.requeue();
        }
        waiting.clear();
        waitingBytes = 0;
    }
}
