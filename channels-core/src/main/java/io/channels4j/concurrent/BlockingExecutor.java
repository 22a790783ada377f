package io.channels4j.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs blocking tasks on virtual threads, on a bounded pool of daemon threads or on an application's executor.
 *
 * <p>A pool thread ends after it has been idle for a minute. While all threads of a pool are busy, new tasks wait in a
 * queue. To refuse them instead, check {@link #full()} first. A pool thread that waits in {@link Blocking#await} does
 * not count against the pool's maximum. Another thread may start in its place. An example is a blocking {@code send} to
 * a peer that does not read. At most four times as many threads as the maximum may wait in this way (1,024 by default).
 * Further waiting threads count as busy (guarantee P4).
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class BlockingExecutor implements Executor {

    /** The default maximum number of threads in a pool. */
    public static final int DEFAULT_THREADS = 256;

    /** The first feature release with virtual threads. */
    private static final int VIRTUAL_SINCE = 21;

    /** The first feature release in which a virtual thread that blocks in {@code synchronized} does not pin its carrier thread. */
    private static final int UNPINNED_SINCE = 24;

    /** The number of running virtual threads at which an executor is full. Idle connections hold none. */
    static final int MAX_VIRTUAL_THREADS = 10_000;

    private final Executor executor;
    private final int maxThreads;

    /** Null unless this executor uses a pool. */
    private final @Nullable BlockingPool pool;

    private final AtomicInteger running = new AtomicInteger();

    private BlockingExecutor(Executor executor, int maxThreads, @Nullable BlockingPool pool) {
        this.executor = executor;
        this.maxThreads = maxThreads;
        this.pool = pool;
    }

    /**
     * Returns an executor with virtual threads on JDK 24 and later, otherwise with a pool of at most {@value #DEFAULT_THREADS}
     * threads. Before JDK 24, a virtual thread that blocks in {@code synchronized} pins its carrier thread and delays
     * other virtual threads.
     *
     * @param name the prefix of the threads' names
     * @return the executor
     */
    public static BlockingExecutor create(String name) {
        return Runtime.version().feature() >= UNPINNED_SINCE ? virtual(name) : pooled(name, DEFAULT_THREADS);
    }

    /**
     * Returns an executor that starts a virtual thread for each task. The names of the threads begin with {@code
     * channels-virtual-}.
     *
     * @return the executor, which is full while 10,000 tasks are running
     * @throws UnsupportedOperationException before JDK 21
     */
    public static BlockingExecutor virtual() {
        return virtual("channels-virtual");
    }

    /**
     * Returns an executor that starts a virtual thread for each task.
     *
     * @param name the prefix of the threads' names
     * @return the executor, which is full while 10,000 tasks are running
     * @throws UnsupportedOperationException before JDK 21
     */
    public static BlockingExecutor virtual(String name) {
        ExecutorService threads = VirtualThreads.newExecutor(name + "-");
        if (threads == null) {
            throw new UnsupportedOperationException("virtual threads: JDK %d (expected: 21 or later)"
                    .formatted(Runtime.version().feature()));
        }
        return new BlockingExecutor(threads, MAX_VIRTUAL_THREADS, null);
    }

    /**
     * Returns an executor with a bounded pool of daemon threads.
     *
     * @param name the prefix of the threads' names
     * @param maxThreads the maximum number of threads, at least 1
     * @return the executor
     */
    public static BlockingExecutor pooled(String name, int maxThreads) {
        if (maxThreads < 1) {
            throw new IllegalArgumentException("threads: %d (expected: 1 or more)".formatted(maxThreads));
        }
        return pooled(maxThreads, daemons(name));
    }

    /** Returns an executor with a pool whose threads are created by a factory. */
    static BlockingExecutor pooled(int maxThreads, ThreadFactory threads) {
        BlockingPool pool = new BlockingPool(maxThreads, threads);
        return new BlockingExecutor(pool, maxThreads, pool);
    }

    /**
     * Wraps an application's executor as a blocking executor that is never full.
     *
     * @param executor the executor. It must not run work on the thread that submits it.
     * @return the executor
     */
    public static BlockingExecutor from(Executor executor) {
        return new BlockingExecutor(executor, Integer.MAX_VALUE, null);
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
     * Runs work on a thread of this executor. If all threads of a pool are busy, the work waits. A thread's interrupt flag is
     * cleared after each task.
     *
     * @param work the work
     * @throws RejectedExecutionException if the executor was shut down, or has no thread and cannot start one
     */
    @Override
    public void execute(Runnable work) {
        running.incrementAndGet();
        try {
            executor.execute(() -> perform(work));
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
            throw e;
        } catch (Throwable e) { // such as an OutOfMemoryError: "unable to create native thread"
            running.decrementAndGet();
            throw new RejectedExecutionException("blocking work: no thread could be started", e);
        }
    }

    private void perform(Runnable work) {
        try {
            work.run();
        } finally {
            running.decrementAndGet();
            Thread.interrupted(); // an interrupt must not affect the next task on this thread
        }
    }

    /**
     * Returns whether this executor runs as many tasks as it has threads.
     *
     * @return true if no thread is available for more work
     */
    public boolean full() {
        return running.get() - waiting() >= maxThreads;
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
     * Returns the number of threads of a pool that wait in a blocking {@code send} or in {@link Blocking#await}. They do
     * not count against the maximum.
     *
     * @return the number of threads; zero without a pool
     */
    public int waiting() {
        return pool == null ? 0 : pool.waiting();
    }

    /**
     * Returns the maximum number of threads.
     *
     * @return the number of busy threads at which this executor is full. It is 10,000 for virtual threads and {@link
     *     Integer#MAX_VALUE} for an application's executor.
     */
    public int maxThreads() {
        return maxThreads;
    }

    /** Creates virtual threads. The JDK 21 methods are looked up by name, because this library is compiled for JDK 17. */
    private static final class VirtualThreads {

        private VirtualThreads() {}

        static @Nullable ExecutorService newExecutor(String prefix) {
            if (Runtime.version().feature() < VIRTUAL_SINCE) {
                return null;
            }
            try {
                Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                Object named = type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
                Object factory = type.getMethod("factory").invoke(named);
                return (ExecutorService) java.util.concurrent.Executors.class
                        .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                        .invoke(null, factory);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("virtual threads cannot be started", e);
            }
        }
    }
}
