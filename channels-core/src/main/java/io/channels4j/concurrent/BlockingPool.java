package io.channels4j.concurrent;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of threads. A thread that waits for a stage does not count against the bound: the pool may start another one, up to a
 * second bound, so that peers that do not read cannot hold all threads.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class BlockingPool implements Executor {

    /** The number of threads per pool thread that may wait without counting against the bound. */
    static final int WAITING_PER_THREAD = 4;

    private static final ThreadLocal<@Nullable BlockingPool> CURRENT = new ThreadLocal<>();

    private final int maxThreads;
    private final int maxWaiting;
    private final IdleFirstQueue queue = new IdleFirstQueue();
    private final ThreadPoolExecutor threads;

    /** Written while holding this object's lock. */
    private volatile int waiting;

    BlockingPool(int maxThreads, ThreadFactory factory) {
        this.maxThreads = maxThreads;
        this.maxWaiting = (int) Math.min((long) WAITING_PER_THREAD * maxThreads, Integer.MAX_VALUE - maxThreads);
        this.threads = new ThreadPoolExecutor(
                0,
                maxThreads,
                1,
                TimeUnit.MINUTES,
                queue,
                task -> factory.newThread(() -> runOwned(task)),
                (task, pool) -> enqueue(task));
    }

    private void runOwned(Runnable task) {
        CURRENT.set(this);
        task.run();
    }

    /** Returns the number of threads that wait and do not count against the maximum. */
    int waiting() {
        return waiting;
    }

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (OutOfMemoryError e) { // "unable to create native thread"
            if (threads.getPoolSize() == 0) {
                throw e;
            }
            queue.put(task); // for one of the existing threads
        }
    }

    private void enqueue(Runnable task) {
        queue.put(task);
        if (threads.getPoolSize() < threads.getMaximumPoolSize()) { // a thread has begun to wait in the meantime
            startQueued();
        }
    }

    private void startQueued() {
        Runnable next = queue.poll();
        if (next != null) {
            execute(next);
        }
    }

    /** Waits for a result. Meanwhile, the current thread does not count against the maximum of its pool, if it belongs to one. */
    static <T> T await(Future<T> result) throws InterruptedException, ExecutionException {
        BlockingPool pool = result.isDone() ? null : CURRENT.get();
        if (pool == null || !pool.beginWait()) {
            return result.get();
        }
        try {
            pool.startQueued();
            return result.get();
        } finally {
            pool.endWait();
        }
    }

    private synchronized boolean beginWait() {
        if (waiting >= maxWaiting) {
            return false;
        }
        waiting++;
        threads.setMaximumPoolSize(maxThreads + waiting);
        return true;
    }

    private synchronized void endWait() {
        waiting--;
        threads.setMaximumPoolSize(maxThreads + waiting);
    }

    /** Accepts a task only if an idle thread waits for it, so that the pool starts its next thread before it queues work. */
    private static final class IdleFirstQueue extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }
}
