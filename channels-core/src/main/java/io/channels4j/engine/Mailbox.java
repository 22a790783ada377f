package io.channels4j.engine;

import io.channels4j.internal.Stages;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The items waiting for one consumer, in order of arrival, and the turn to process them. Any thread may post items. At
 * most one thread at a time runs the consumer, and only on the consumer's executor.
 */
final class Mailbox {

    private static final AtomicIntegerFieldUpdater<Mailbox> REQUESTS =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "requests");

    private final ConcurrentLinkedQueue<Object> items = new ConcurrentLinkedQueue<>();

    /** The number of turns requested since the last turn began. It is zero if no turn is running or scheduled. */
    private volatile int requests;

    private final Executor executor;
    private final Runnable work;

    /** Whether the queue may contain items. The queue of an idle mailbox is not read, because it is rarely in the CPU cache. */
    private volatile boolean stocked;

    /** An item that bypassed the queue and follows the queued items; accessed only in the turn. */
    private @Nullable Object direct;

    /**
     * Creates a mailbox.
     *
     * @param executor the executor that runs the work
     * @param work the task that takes items from the mailbox; run by one thread at a time
     */
    Mailbox(Executor executor, Runnable work) {
        this.executor = executor;
        this.work = work;
    }

    /** Adds an item and requests a turn. */
    void post(Object item) {
        add(item);
        wake();
    }

    /**
     * Adds an item and, if no turn is running or scheduled, processes it immediately. Must be called on the executor.
     */
    void runOrPost(Object item) {
        if (REQUESTS.compareAndSet(this, 0, 1)) {
            direct = item;
            takeTurns();
        } else {
            post(item);
        }
    }

    private void add(Object item) {
        items.add(item);
        stocked = true;
    }

    /** Requests a turn: the work runs at least once after this call. */
    void wake() {
        if (REQUESTS.getAndIncrement(this) == 0) {
            Stages.execute(executor, this::takeTurns);
        }
    }

    /** Returns the next item, or null. Called only by the work. */
    @Nullable
    Object poll() {
        Object item = stocked ? pollItems() : null;
        if (item == null) {
            item = direct;
            direct = null;
        }
        return item;
    }

    private @Nullable Object pollItems() {
        Object item = items.poll();
        if (item == null) {
            stocked = false;
            item = items.poll(); // an item may have been added before the flag was cleared
            if (item != null) {
                stocked = true;
            }
        }
        return item;
    }

    /** Returns whether no item is waiting and no turn is running or scheduled. */
    boolean idle() {
        return requests == 0 && (!stocked || items.isEmpty());
    }

    private void takeTurns() {
        int seen = requests;
        while (seen != 0) {
            work.run();
            queueDirect();
            seen = REQUESTS.addAndGet(this, -seen);
        }
    }

    /** Queues the direct item if the work has not taken it. */
    private void queueDirect() {
        if (direct != null) {
            add(direct);
            direct = null;
        }
    }
}
