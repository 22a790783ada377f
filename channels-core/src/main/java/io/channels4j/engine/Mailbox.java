package io.channels4j.engine;

import io.channels4j.internal.Stages;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one consumer, in the order in which it came, and the turn to work on it: however many threads post, at most
 * one runs the consumer, and only on the consumer's executor.
 */
final class Mailbox {

    private static final AtomicIntegerFieldUpdater<Mailbox> CALLS =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "calls");

    private final ConcurrentLinkedQueue<Object> items = new ConcurrentLinkedQueue<>();

    /** How often somebody asked for a turn since the last one began; zero when nobody has the turn. */
    private volatile int calls;

    private final Executor executor;
    private final Runnable work;

    /** Whether there may be items: an idle mailbox is not looked into, since its queue is seldom in the processor's cache. */
    private volatile boolean stocked;

    /** The item of the one who has the turn, behind all items; touched only in the turn. */
    private @Nullable Object here;

    /**
     * Creates a mailbox.
     *
     * @param executor where the work is done
     * @param work takes what it can from the mailbox; called by one thread at a time
     */
    Mailbox(Executor executor, Runnable work) {
        this.executor = executor;
        this.work = work;
    }

    /** Adds an item and sees to it that somebody works on it. */
    void post(Object item) {
        add(item);
        wake();
    }

    /** Adds an item and works on it at once if nobody else does; the caller is on the executor. */
    void postHere(Object item) {
        if (CALLS.compareAndSet(this, 0, 1)) {
            here = item;
            takeTurns();
        } else {
            post(item);
        }
    }

    private void add(Object item) {
        items.add(item);
        stocked = true;
    }

    /** Sees to it that the work is done once more from now on. */
    void wake() {
        if (CALLS.getAndIncrement(this) == 0) {
            start();
        }
    }

    /** Returns the next item, or null; only for the work itself. */
    @Nullable
    Object poll() {
        Object item = stocked ? pollItems() : null;
        if (item == null) {
            item = here;
            here = null;
        }
        return item;
    }

    private @Nullable Object pollItems() {
        Object item = items.poll();
        if (item == null) {
            stocked = false;
            item = items.poll(); // one that was added before the line above
            if (item != null) {
                stocked = true;
            }
        }
        return item;
    }

    /** Tells whether nothing waits and nobody has the turn. */
    boolean idle() {
        return calls == 0 && (!stocked || items.isEmpty());
    }

    private void start() {
        Stages.execute(executor, this::takeTurns);
    }

    private void takeTurns() {
        int seen = calls;
        while (seen != 0) {
            work.run();
            keep();
            seen = CALLS.addAndGet(this, -seen);
        }
    }

    /** Keeps what the work did not take, as it waits for something. */
    private void keep() {
        if (here != null) {
            add(here);
            here = null;
        }
    }
}
