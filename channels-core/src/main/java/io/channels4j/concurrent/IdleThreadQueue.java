package io.channels4j.concurrent;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a pool that uses its idle threads before it starts another one.
 *
 * <p>It counts the threads that wait for work minus the work that is queued. A producer reserves an idle thread by decrementing a
 * positive count, and a thread may leave only if it can decrement the count in the same way, so reserved work always finds its thread.
 * (A {@link java.util.concurrent.LinkedTransferQueue} would fit, but on JDK 17 a thread in {@code poll} spins for its whole timeout if
 * another thread calls {@code isEmpty} in the meantime.)
 *
 * <p><b>Threads.</b> Thread-safe. The threads of the pool must take work with the timed {@code poll} only.
 */
final class IdleThreadQueue extends LinkedBlockingQueue<Runnable> {

    private static final long serialVersionUID = 1L;

    /** The number of threads in {@code poll} minus the number of queued tasks. */
    private final AtomicInteger spareThreads = new AtomicInteger();

    /** Queues a task if a thread waits for it. Returns true if the task was queued. */
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
                    return task; // one thread and one task less
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

    /** Takes one thread out of the count of spare threads, unless there is none. */
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
