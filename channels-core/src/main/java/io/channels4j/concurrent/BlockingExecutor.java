package io.channels4j.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs work that may block: on a virtual thread each, or on a bounded pool of daemon threads.
 *
 * <p>A pool's thread that is idle for a minute ends. Work beyond the pool's threads waits its turn; who can say no to new
 * work asks {@link #full()} first.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class BlockingExecutor implements Executor {

    /** The most threads of a pool by default. */
    public static final int DEFAULT_THREADS = 256;

    /** From this feature release on, a virtual thread that blocks in {@code synchronized} does not hold its carrier. */
    private static final int UNPINNED_SINCE = 24;

    private final Executor executor;
    private final int most;
    private final AtomicInteger running = new AtomicInteger();

    private BlockingExecutor(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /**
     * Returns virtual threads from JDK 24 on, and a pool of at most {@value #DEFAULT_THREADS} threads before it, where a
     * virtual thread that blocks in {@code synchronized} would hold up others.
     *
     * @param name what the pool's threads are called
     * @return the executor
     */
    public static BlockingExecutor create(String name) {
        return Runtime.version().feature() >= UNPINNED_SINCE ? virtual() : pooled(name, DEFAULT_THREADS);
    }

    /**
     * Returns an executor that starts a virtual thread for each piece of work.
     *
     * @return the executor; it is never full
     * @throws UnsupportedOperationException before JDK 21
     */
    public static BlockingExecutor virtual() {
        ExecutorService threads = VirtualThreads.newExecutor();
        if (threads == null) {
            throw new UnsupportedOperationException("virtual threads: JDK %d (expected: 21 or later)"
                    .formatted(Runtime.version().feature()));
        }
        return new BlockingExecutor(threads, Integer.MAX_VALUE);
    }

    /**
     * Returns an executor with a bounded pool of daemon threads.
     *
     * @param name what the threads are called
     * @param mostThreads how many threads there are at most, one or more
     * @return the executor
     */
    public static BlockingExecutor pooled(String name, int mostThreads) {
        if (mostThreads < 1) {
            throw new IllegalArgumentException("threads: %d (expected: 1 or more)".formatted(mostThreads));
        }
        IdleFirstQueue queue = new IdleFirstQueue();
        return new BlockingExecutor(
                new ThreadPoolExecutor(
                        0, mostThreads, 1, TimeUnit.MINUTES, queue, daemons(name), (task, pool) -> queue.put(task)),
                mostThreads);
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Runs work on a thread of this executor, later when all are taken.
     *
     * @param work the work
     */
    @Override
    public void execute(Runnable work) {
        running.incrementAndGet();
        executor.execute(() -> {
            try {
                work.run();
            } finally {
                running.decrementAndGet();
            }
        });
    }

    /**
     * Tells whether all threads are taken, so that more work would wait.
     *
     * @return whether it is full; never for virtual threads
     */
    public boolean full() {
        return running.get() >= most;
    }

    /**
     * Returns how many pieces of work run or wait.
     *
     * @return the number
     */
    public int load() {
        return running.get();
    }

    /**
     * Returns how many threads there are at most.
     *
     * @return the number; {@link Integer#MAX_VALUE} for virtual threads
     */
    public int mostThreads() {
        return most;
    }

    /** Offers only to a thread that waits, so that a pool starts its next thread before it makes work wait. */
    private static final class IdleFirstQueue extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }

    /** JDK 21's virtual threads, reached by name since this library is compiled for 17. */
    private static final class VirtualThreads {

        private VirtualThreads() {}

        static @Nullable ExecutorService newExecutor() {
            try {
                return (ExecutorService) MethodHandles.publicLookup()
                        .findStatic(
                                java.util.concurrent.Executors.class,
                                "newVirtualThreadPerTaskExecutor",
                                MethodType.methodType(ExecutorService.class))
                        .invoke();
            } catch (NoSuchMethodException before21) {
                return null;
            } catch (Throwable e) {
                throw new LinkageError("virtual threads cannot be started", e);
            }
        }
    }
}
