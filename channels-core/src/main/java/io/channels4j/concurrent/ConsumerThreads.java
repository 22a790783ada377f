package io.channels4j.concurrent;

/**
 * The threads on which callbacks of blocking consumers run, for the whole process: virtual threads from JDK 24 on, else a pool of at
 * most {@value BlockingExecutor#DEFAULT_THREADS}. {@link Blocking} has a pool of its own, so neither starves the other.
 *
 * <p>While a pool has no thread left, new connections of blocking consumers are refused (promise P4).
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ConsumerThreads {

    private static volatile BlockingExecutor threads = BlockingExecutor.create("channels-consumer");

    private ConsumerThreads() {}

    /**
     * Returns the threads.
     *
     * @return the executor
     */
    public static BlockingExecutor get() {
        return threads;
    }

    /**
     * Sets the threads, such as {@link BlockingExecutor#virtual()} on JDK 21, for connections that come from now on.
     *
     * @param executor the executor
     */
    public static void set(BlockingExecutor executor) {
        threads = executor;
    }
}
