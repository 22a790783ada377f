package io.channels4j.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Where the few timers of connections run: on the connection's own event loop where that can wait, else on one daemon thread. */
public final class Timers {

    private Timers() {}

    static ScheduledExecutorService on(Executor home) {
        return home instanceof ScheduledExecutorService loop ? loop : Shared.TIMER;
    }

    /**
     * Runs a task once, later, on an executor. When that takes no more tasks by then, its connection is gone and nothing is run.
     *
     * @param delay how long from now; none when it is negative
     * @param home where to run it
     * @param task what to run
     * @return the timer, to be cancelled; cancelling twice, or too late, is no error
     * @throws RejectedExecutionException when the home takes no more tasks now
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
            // whatever the task was to do, its connection has ended
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
