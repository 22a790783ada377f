package io.channels4j.layer;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The delayed messages of a layer. Its thread exists only while messages are waiting. */
final class DelayedSends {

    private @Nullable ScheduledThreadPoolExecutor timer;
    private boolean closed;

    @SuppressWarnings("FutureReturnValueIgnored") // the send reports its failure
    synchronized void schedule(Duration delay, Runnable send) {
        if (closed) {
            return;
        }
        if (timer == null) {
            timer = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "channels-delayed-sends");
                thread.setDaemon(true);
                return thread;
            });
            timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            timer.setKeepAliveTime(1, TimeUnit.SECONDS);
            timer.allowCoreThreadTimeOut(true);
        }
        timer.schedule(send, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized void clear() {
        if (timer != null) {
            timer.getQueue().clear();
        }
    }

    synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
