package io.channels4j.concurrent;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of threads. Up to a second limit, threads that wait for a stage do not count against the maximum. The
 * pool may start others in their place. Peers that do not read therefore cannot occupy all threads.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class BlockingPool implements Executor {

    /** The number of threads per pool thread that may wait without counting against the maximum. */
    static final int WAITING_PER_THREAD = 4;

    private static final ThreadLocal<@Nullable BlockingPool> CURRENT = new ThreadLocal<>();

    private final int maxThreads;
    private final int maxWaiting;
    private final IdleThreadQueue queue = new IdleThreadQueue();
    private final ThreadPoolExecutor threads;

    /** Written while holding this object's lock. */
    private volatile int waiting;

    BlockingPool(int maxThreads, ThreadFactory factory) {
        this.maxThreads = maxThreads;
        this.maxWaiting = (int) Math.min((long) WAITING_PER_THREAD * maxThreads, Integer.MAX_VALUE - maxThreads);
        this.threads = new ThreadPoolExecutor(
                maxThreads, maxThreads, 1, TimeUnit.MINUTES, queue, task -> factory.newThread(() -> runOwned(task)));
        threads.allowCoreThreadTimeOut(true);
    }

    private void runOwned(Runnable task) {
        CURRENT.set(this);
        task.run();
    }

    /** Returns the number of threads that are waiting and do not count against the maximum. */
    int waiting() {
        return waiting;
    }

    @Override
    public void execute(Runnable task) {
        if (queue.offerToIdleThread(task)) {
            return;
        }
        try {
            threads.execute(task);
        } catch (OutOfMemoryError e) { // "unable to create native thread"
            queue.offer(task); // for one of the existing threads
            if (threads.getPoolSize() == 0 && queue.remove(task)) {
                throw e;
            }
        }
        startForQueued();
    }

    /**
     * Starts a thread for queued tasks if the maximum allows it. Another thread may have begun to wait since the task
     * was queued.
     */
    private void startForQueued() {
        if (queue.isEmpty()) {
            return;
        }
        try {
            threads.prestartCoreThread();
        } catch (OutOfMemoryError unableToCreateThread) {
            // The work stays queued for one of the existing threads.
        }
    }

    /**
     * Waits for a result. Up to the limit for waiting threads, a pool thread that waits here does not count against its pool's
     * maximum.
     */
    static <T> T await(Future<T> result) throws InterruptedException, ExecutionException {
        BlockingPool pool = result.isDone() ? null : CURRENT.get();
        if (pool == null || !pool.beginWait()) {
            return result.get();
        }
        try {
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
        threads.setMaximumPoolSize(maxThreads + waiting); // set first, because it must not be less than the core size
        try {
            threads.setCorePoolSize(maxThreads + waiting); // starts a thread if work is queued
        } catch (OutOfMemoryError unableToCreateThread) {
            // The work stays queued for one of the existing threads.
        }
        return true;
    }

    private synchronized void endWait() {
        waiting--;
        threads.setCorePoolSize(maxThreads + waiting);
        threads.setMaximumPoolSize(maxThreads + waiting);
    }
}
