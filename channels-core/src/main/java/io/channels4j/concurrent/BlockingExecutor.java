package io.channels4j.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs blocking work: on one virtual thread each, or on a bounded pool of daemon threads.
 *
 * <p>A pool thread ends after it has been idle for a minute. Work that exceeds the pool waits in a queue; call {@link #full()} first to
 * refuse new work instead.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class BlockingExecutor implements Executor {

    /** The default maximum number of threads of a pool. */
    public static final int DEFAULT_THREADS = 256;

    /** From this feature release on, a virtual thread that blocks in {@code synchronized} does not hold its carrier. */
    private static final int UNPINNED_SINCE = 24;

    private final Executor executor;
    private final int maxThreads;
    private final AtomicInteger running = new AtomicInteger();

    private BlockingExecutor(Executor executor, int maxThreads) {
        this.executor = executor;
        this.maxThreads = maxThreads;
    }

    /**
     * Returns virtual threads from JDK 24 on, otherwise a pool of at most {@value #DEFAULT_THREADS} threads. (Before JDK 24, a
     * virtual thread that blocks in {@code synchronized} delays others.)
     *
     * @param name the prefix of the names of the pool's threads
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
     * @param name the prefix of the threads' names
     * @param maxThreads the maximum number of threads, one or more
     * @return the executor
     */
    public static BlockingExecutor pooled(String name, int maxThreads) {
        if (maxThreads < 1) {
            throw new IllegalArgumentException("threads: %d (expected: 1 or more)".formatted(maxThreads));
        }
        IdleFirstQueue queue = new IdleFirstQueue();
        return new BlockingExecutor(
                new ThreadPoolExecutor(
                        0, maxThreads, 1, TimeUnit.MINUTES, queue, daemons(name), (task, pool) -> queue.put(task)),
                maxThreads);
    }

    /**
     * Wraps an application's executor as a blocking executor that is never full.
     *
     * @param executor the executor; it must not run work on the thread that submits it
     * @return the executor
     */
    public static BlockingExecutor from(Executor executor) {
        return new BlockingExecutor(executor, Integer.MAX_VALUE);
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
     * Runs work on a thread of this executor, later if all threads are busy.
     *
     * @param work the work
     */
    @Override
    public void execute(Runnable work) {
        running.incrementAndGet();
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } finally {
                    running.decrementAndGet();
                }
            });
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
            throw e;
        }
    }

    /**
     * Returns true if all threads are busy, so that more work would wait.
     *
     * @return true if it is full; always false for virtual threads
     */
    public boolean full() {
        return running.get() >= maxThreads;
    }

    /**
     * Returns the number of tasks that are running or waiting.
     *
     * @return the number of tasks
     */
    public int load() {
        return running.get();
    }

    /**
     * Returns the maximum number of threads.
     *
     * @return the number; {@link Integer#MAX_VALUE} for virtual threads
     */
    public int maxThreads() {
        return maxThreads;
    }

    /** Accepts a task only if an idle thread waits for it, so that the pool starts its next thread before it queues work. */
    private static final class IdleFirstQueue extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }

    /** Creates the virtual threads of JDK 21, looked up by name because this library is compiled for JDK 17. */
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
