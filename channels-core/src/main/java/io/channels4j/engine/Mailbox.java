package io.channels4j.engine;

import io.channels4j.internal.Stages;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The items that wait for one consumer, in order of arrival, and the turn to work on them: any thread may post, but at most one
 * runs the consumer, and only on the consumer's executor.
 */
final class Mailbox {

    private static final AtomicIntegerFieldUpdater<Mailbox> REQUESTS =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "requests");

    private final ConcurrentLinkedQueue<Object> items = new ConcurrentLinkedQueue<>();

    /** The number of requests for a turn since the last turn began; zero when no thread has the turn. */
    private volatile int requests;

    private final Executor executor;
    private final Runnable work;

    /** Whether the queue may have items: the queue of an idle mailbox is not read, since it is rarely in the processor's cache. */
    private volatile boolean stocked;

    /** An item that did not go through the queue and comes after it; used only in the turn. */
    private @Nullable Object direct;

    /**
     * Creates a mailbox.
     *
     * @param executor runs the work
     * @param work takes what it can from the mailbox; called by one thread at a time
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

    /** Adds an item and, if no thread has the turn, works on it immediately; the caller is on the executor. */
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

    /** Returns the next item, or null; only for the work itself. */
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
            item = items.poll(); // one that was added before the line above
            if (item != null) {
                stocked = true;
            }
        }
        return item;
    }

    /** Returns whether no item waits and no thread has the turn. */
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

    /** Queues the direct item if the work did not take it. */
    private void queueDirect() {
        if (direct != null) {
            add(direct);
            direct = null;
        }
    }
}
