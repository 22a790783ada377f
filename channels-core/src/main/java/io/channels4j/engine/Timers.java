package io.channels4j.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Schedules tasks for connections: on the connection's own event loop if it supports timers, otherwise on a shared daemon thread.
 */
public final class Timers {

    private Timers() {}

    static ScheduledExecutorService on(Executor home) {
        return home instanceof ScheduledExecutorService loop ? loop : Shared.TIMER;
    }

    /**
     * Runs a task once on an executor after a delay. If the executor has been shut down by then, the connection has ended and the
     * task is dropped.
     *
     * @param delay the delay; a negative value means no delay
     * @param home runs the task
     * @param task the task
     * @return the timer; cancelling it again, or after it has run, has no effect
     * @throws RejectedExecutionException if the executor has been shut down
     */
    public static Future<?> after(Duration delay, Executor home, Runnable task) {
        ScheduledExecutorService timer = on(home);
        Runnable due = timer == home ? task : () -> executeUnlessGone(home, task);
        return timer.schedule(due, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
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
