package io.channels4j.engine.timer;

import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Schedules tasks for connections. They are scheduled on the connection's event loop if it supports timers, otherwise
 * on a shared daemon thread.
 */
public final class Timers {

    private Timers() {}

    /**
     * Runs a task after a delay on the executor. If the executor has no timers or has been shut down, the shared thread runs the
     * task.
     *
     * @param delay the delay, of any length
     * @param home the executor
     * @param task the task
     * @return the timer
     */
    public static Future<?> schedule(Duration delay, Executor home, Runnable task) {
        long nanos = nanos(delay);
        if (home instanceof TimedExecutor timed) {
            return timed.schedule(task, nanos);
        }
        if (home instanceof ScheduledExecutorService loop) {
            try {
                return loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException shutDown) {
                // the end of a connection must still be completed
            }
        }
        return Shared.TIMER.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Runs a task once on an executor after a delay. The task is dropped if the executor has been shut down by then.
     * Its connections have then ended.
     *
     * @param delay the delay, of any length. A negative value means no delay.
     * @param home the executor that runs the task
     * @param task the task
     * @return the timer. Cancelling it again, or after it has run, has no effect.
     */
    public static Future<?> after(Duration delay, Executor home, Runnable task) {
        return after(nanos(delay), home, task);
    }

    /** Runs a task once on an executor after a delay of this many nanoseconds, zero or more. */
    static Future<?> after(long nanos, Executor home, Runnable task) {
        if (home instanceof TimedExecutor timed) {
            return timed.schedule(task, nanos);
        }
        if (!(home instanceof ScheduledExecutorService loop)) {
            return Shared.TIMER.schedule(() -> executeUnlessGone(home, task), nanos, TimeUnit.NANOSECONDS);
        }
        try {
            return loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException gone) {
            return Stages.done(); // the connection has ended
        }
    }

    /** Returns the time of an executor's clock in nanoseconds from an arbitrary origin. */
    static long nanoTime(Executor home) {
        return home instanceof TimedExecutor timed ? timed.nanoTime() : System.nanoTime();
    }

    private static long nanos(Duration delay) {
        return Math.max(0, TimeUnit.NANOSECONDS.convert(delay)); // saturates
    }

    private static void executeUnlessGone(Executor home, Runnable task) {
        try {
            home.execute(task);
        } catch (RejectedExecutionException gone) {
            // the connection has ended
        }
    }

    private static final class Shared {

        static final ScheduledExecutorService TIMER = create();

        private Shared() {}

        private static ScheduledExecutorService create() {
            ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "channels-timer");
                thread.setDaemon(true);
                return thread;
            });
            timer.setRemoveOnCancelPolicy(true);
            timer.setKeepAliveTime(1, TimeUnit.MINUTES);
            timer.allowCoreThreadTimeOut(true);
            return timer;
        }
    }
}
