package io.channels4j.concurrent;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The task queue of a pool that uses its idle threads before it starts new ones.
 *
 * <p>It counts the threads that are waiting for tasks, minus the queued tasks. A producer reserves an idle thread by decrementing
 * a positive count. A thread may stop waiting without a task only if it can decrement the count in the same way. So a task for a
 * reserved thread is always taken. A {@link java.util.concurrent.LinkedTransferQueue} would also work. On JDK 17,
 * however, a call of {@code isEmpty} makes a thread in {@code poll} spin for its whole timeout.
 *
 * <p><b>Threads.</b> Thread-safe. The pool's threads must take tasks with the timed {@code poll} only.
 */
final class IdleThreadQueue extends LinkedBlockingQueue<Runnable> {

    private static final long serialVersionUID = 1L;

    /** The number of threads in {@code poll} minus the number of queued tasks. */
    private final AtomicInteger spareThreads = new AtomicInteger();

    /** Queues a task if a thread is waiting for one. Returns true if the task was queued. */
    boolean offerToIdleThread(Runnable task) {
        return reserve() && super.offer(task);
    }

    @Override
    public boolean offer(Runnable task) {
        spareThreads.decrementAndGet();
        return super.offer(task);
    }

    @Override
    public boolean remove(@Nullable Object task) {
        boolean removed = super.remove(task);
        if (removed) {
            spareThreads.incrementAndGet();
        }
        return removed;
    }

    @Override
    public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        spareThreads.incrementAndGet();
        while (true) {
            InterruptedException interrupt = null;
            try {
                Runnable task = super.poll(timeout, unit);
                if (task != null) {
                    return task; // the count is unchanged: one waiting thread and one queued task fewer
                }
            } catch (InterruptedException e) { // the pool has changed its size
                interrupt = e;
            }
            if (reserve()) {
                if (interrupt != null) {
                    throw interrupt;
                }
                return null;
            }
        }
    }

    /** Decrements the number of spare threads. Returns false if there is none. */
    private boolean reserve() {
        int spare = spareThreads.get();
        while (spare > 0) {
            if (spareThreads.compareAndSet(spare, spare - 1)) {
                return true;
            }
            spare = spareThreads.get();
        }
        return false;
    }
}
