package io.channels4j.redis.connection;

import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which a layer or session store changes the state of its connections and subscriptions. Tasks run one after the other.
 * Tasks submitted after closing are dropped.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ControlThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final ScheduledThreadPoolExecutor thread;

    public ControlThread(String name) {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Runs a task as soon as the earlier ones are done. */
    public void execute(Runnable task) {
        schedule(Duration.ZERO, task);
    }

    /** Runs a task after a delay. */
    public Cancellable schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> future = thread.schedule(guarded(task), Durations.nanos(delay), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    /** Runs a task repeatedly, with a pause before each run. */
    public Cancellable every(Duration pause, Runnable task) {
        try {
            long nanos = Durations.nanos(pause);
            ScheduledFuture<?> future =
                    thread.scheduleWithFixedDelay(guarded(task), nanos, nanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    /** Stops the thread after it has run the tasks that were submitted without a delay. */
    @Override
    public void close() {
        thread.shutdown();
    }

    /** A scheduled task. */
    @FunctionalInterface
    public interface Cancellable {

        /** Prevents further runs of the task. A run that has started is not interrupted. */
        void cancel();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("Redis layer: a task failed", e);
            }
        };
    }
}
