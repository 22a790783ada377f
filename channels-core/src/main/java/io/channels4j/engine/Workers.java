package io.channels4j.engine;

import io.channels4j.concurrent.BlockingExecutor;

/** The threads of blocking consumers' callbacks; {@code Blocking} has a pool of its own, so neither starves the other. */
public final class Workers {

    private static volatile BlockingExecutor workers = BlockingExecutor.create("channels-consumer");

    private Workers() {}

    /** Returns the threads. */
    public static BlockingExecutor get() {
        return workers;
    }

    /** Sets the threads, for the whole process. */
    public static void set(BlockingExecutor executor) {
        workers = executor;
    }
}
