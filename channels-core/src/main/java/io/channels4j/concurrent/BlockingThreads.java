package io.channels4j.concurrent;

import io.channels4j.Scope;

/**
 * The threads on which a server, worker or communicator runs blocking code. One executor runs the callbacks of blocking
 * consumers, and another one the work of {@link Blocking}. They are separate because a callback may wait for a call. In
 * a single pool, the callbacks could occupy all threads. The calls that they wait for would then get no thread.
 *
 * <p>The default is {@link #shared()}. While the consumers' executor is full, new connections of blocking consumers are refused
 * (guarantee P4).
 *
 * <p>Immutable. Servers and workers store it in every scope under {@link #KEY}.
 *
 * @param consumers the executor that runs the callbacks of blocking consumers
 * @param calls the executor that runs the work of {@link Blocking#call} and {@link Blocking#run}
 */
public record BlockingThreads(BlockingExecutor consumers, BlockingExecutor calls) {

    /** The key under which a server stores the threads in each scope. */
    public static final Scope.Key<BlockingThreads> KEY = new Scope.Key<>("blocking_threads");

    private static final String CONSUMERS = "channels-consumer";
    private static final String CALLS = "channels-blocking";

    /**
     * Returns the threads that all servers in the process share by default. They are virtual threads on JDK 24 and
     * later, otherwise two pools of at most {@value BlockingExecutor#DEFAULT_THREADS} threads each.
     *
     * @return the threads
     */
    public static BlockingThreads shared() {
        return Shared.THREADS;
    }

    /**
     * Returns two new pools of threads.
     *
     * @param maxThreads the maximum number of threads in each pool, at least 1
     * @return the threads
     */
    public static BlockingThreads pooled(int maxThreads) {
        return new BlockingThreads(
                BlockingExecutor.pooled(CONSUMERS, maxThreads), BlockingExecutor.pooled(CALLS, maxThreads));
    }

    /**
     * Returns two executors that use virtual threads. Each one is full while it runs 10,000 tasks.
     *
     * @return the threads
     * @throws UnsupportedOperationException before JDK 21
     */
    public static BlockingThreads virtual() {
        return new BlockingThreads(BlockingExecutor.virtual(CONSUMERS), BlockingExecutor.virtual(CALLS));
    }

    /**
     * Returns the threads that a scope contains.
     *
     * @param scope the scope
     * @return the threads; {@link #shared()} if the scope contains none
     */
    public static BlockingThreads from(Scope scope) {
        return scope.get(KEY).orElseGet(BlockingThreads::shared);
    }

    /** Holds the shared threads, which are created on first use. */
    private static final class Shared {

        static final BlockingThreads THREADS =
                new BlockingThreads(BlockingExecutor.create(CONSUMERS), BlockingExecutor.create(CALLS));

        private Shared() {}
    }
}
