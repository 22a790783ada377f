package io.channels4j.engine.timer;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/** An executor that has its own clock, for tests. */
public interface TimedExecutor extends Executor {

    /** Returns the time of the clock in nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Runs a task once on this executor after a delay of this many nanoseconds, zero or more. */
    Future<?> schedule(Runnable task, long delay);
}
