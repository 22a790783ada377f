package io.channels4j.auth;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A task that runs once, later, where a connection lives. Cancelling twice, or too late, is no error. */
@FunctionalInterface
interface Alarm {

    void cancel();

    /** Sets an alarm: on the event loop's own timer when it has one. */
    static Alarm in(Duration delay, Executor home, Runnable task) {
        long millis = Math.max(0, delay.toMillis());
        if (home instanceof ScheduledExecutorService loop) {
            ScheduledFuture<?> scheduled = loop.schedule(task, millis, TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        }
        CompletableFuture<Boolean> rung = new CompletableFuture<>();
        CompletableFuture<Void> done = rung.thenRunAsync(task, home);
        rung.completeOnTimeout(true, millis, TimeUnit.MILLISECONDS);
        return () -> {
            rung.cancel(false); // takes the timer away
            done.cancel(false);
        };
    }
}
