package io.channels4j.worker;

import io.channels4j.layer.Delivery;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of messages whose handling failed, where work is done at least once: each is kept for a while, given back to its
 * channel, and given up after some attempts. They are kept here, and not in the layer, so that they go to another process when this
 * one dies.
 *
 * <p>Confined to its loop.
 */
final class Redelivery {

    /** As many may be kept; then nothing further is taken until one was given back. */
    static final int MOST = 100;

    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int DOUBLINGS = 40;

    private final Policy policy;
    private final Loop loop;
    private final Runnable roomAgain;
    private final Set<Kept> kept = new LinkedHashSet<>();

    /**
     * How often and after what time.
     *
     * @param attempts how often a message may be given to a handler, 1 or more
     * @param firstDelay how long a message is kept after its first failure; twice as long after each further one, up to a minute
     */
    record Policy(int attempts, Duration firstDelay) {

        Policy {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts: %d (expected: 1 or more)".formatted(attempts));
            }
            if (firstDelay.isNegative()) {
                throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(firstDelay));
            }
        }

        /** Tells whether a message that was delivered so often before is not to be tried (again). */
        boolean exhausted(int deliveries) {
            return deliveries >= attempts;
        }

        Duration delay(int earlierDeliveries) {
            Duration delay = firstDelay;
            for (int i = 0; i < Math.min(earlierDeliveries, DOUBLINGS) && delay.compareTo(LONGEST) < 0; i++) {
                delay = delay.multipliedBy(2);
            }
            return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
        }
    }

    private static final class Kept {

        final Delivery delivery;
        Future<?> release = new CompletableFuture<>();

        Kept(Delivery delivery) {
            this.delivery = delivery;
        }
    }

    Redelivery(Policy policy, Loop loop, Runnable roomAgain) {
        this.policy = policy;
        this.loop = loop;
        this.roomAgain = roomAgain;
    }

    Policy policy() {
        return policy;
    }

    boolean isFull() {
        return kept.size() >= MOST;
    }

    /** Keeps a message for a while and then gives it back. */
    void keep(Delivery delivery) {
        Kept one = new Kept(delivery);
        kept.add(one);
        long nanos = policy.delay(delivery.earlierDeliveries()).toNanos();
        one.release = loop.schedule(() -> release(one), nanos, TimeUnit.NANOSECONDS);
    }

    private void release(Kept one) {
        boolean wasFull = isFull();
        kept.remove(one);
        one.delivery.giveBack();
        if (wasFull) {
            roomAgain.run();
        }
    }

    /** Gives all back at once. */
    void giveBackAll() {
        for (Kept one : kept) {
            one.release.cancel(false);
            one.delivery.giveBack();
        }
        kept.clear();
    }
}
