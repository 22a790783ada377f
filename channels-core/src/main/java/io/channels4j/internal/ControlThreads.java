package io.channels4j.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * The threads that handle the library's own messages, such as revocations. The common pool is not used for them, because it may have only one
 * thread, which an application's task may block.
 *
 * <p>The threads are daemons. They start when they are needed, and end after a minute without work.
 */
public final class ControlThreads {

    private static final int MAX_THREADS = 4;

    private static final ForkJoinPool POOL = new ForkJoinPool(MAX_THREADS, ControlThreads::thread, null, true);

    private ControlThreads() {}

    private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("channels-control-" + thread.getPoolIndex());
        return thread;
    }

    /** Returns the executor. It never rejects a task. */
    public static Executor executor() {
        return POOL;
    }
}
