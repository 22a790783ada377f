package io.channels4j.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one consumer, in the order in which it came, and the turn to work on it: however many threads post, at most
 * one runs the consumer, and only on the consumer's executor.
 */
final class Mailbox {

    private final ConcurrentLinkedQueue<Object> items = new ConcurrentLinkedQueue<>();

    /** How often somebody asked for a turn since the last one began; zero when nobody has the turn. */
    private final AtomicInteger calls = new AtomicInteger();

    private final Executor executor;
    private final Runnable work;

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
        items.add(item);
        wake();
    }

    /** Adds an item and works on it at once if nobody else does; the caller is on the executor. */
    void postHere(Object item) {
        items.add(item);
        if (calls.getAndIncrement() == 0) {
            takeTurns();
        }
    }

    /** Sees to it that the work is done once more from now on. */
    void wake() {
        if (calls.getAndIncrement() == 0) {
            start();
        }
    }

    /** Returns the next item, or null; only for the work itself. */
    @Nullable
    Object poll() {
        return items.poll();
    }

    /** Tells whether nothing waits and nobody has the turn. */
    boolean idle() {
        return calls.get() == 0 && items.isEmpty();
    }

    private void start() {
        execute(executor, this::takeTurns);
    }

    private void takeTurns() {
        int seen = calls.get();
        while (seen != 0) {
            work.run();
            seen = calls.addAndGet(-seen);
        }
    }

    /** Runs a task, elsewhere when the executor was shut down: the end of a connection must be told all the same. */
    static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException shutDown) {
            ForkJoinPool.commonPool().execute(task);
        }
    }
}
