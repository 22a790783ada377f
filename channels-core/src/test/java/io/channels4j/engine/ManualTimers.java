package io.channels4j.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps the most recently scheduled task until the test runs it. */
final class ManualTimers extends ScheduledThreadPoolExecutor {

    private @Nullable Runnable last;
    private boolean expiresWhenCancelled;

    ManualTimers() {
        super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        last = task;
        return new ManualTimer();
    }

    /** Runs the task of the last timer. */
    void expire() {
        last.run();
    }

    /** Returns true if a timer was started. */
    boolean isStarted() {
        return last != null;
    }

    /** Makes the next timer that is cancelled expire just before its cancellation. */
    void expireWhenCancelled() {
        expiresWhenCancelled = true;
    }

    private final class ManualTimer extends CompletableFuture<Void> implements ScheduledFuture<Void> {

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (expiresWhenCancelled) {
                expiresWhenCancelled = false;
                expire();
            }
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
