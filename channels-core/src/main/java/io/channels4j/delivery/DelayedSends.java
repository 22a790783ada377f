package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Footprint;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The delayed messages of a layer, limited in number and in total size. The timer thread ends when no message has been
 * waiting for a second.
 */
final class DelayedSends {

    static final int MAX_MESSAGES = 100_000;

    private final WaitingBytes limits;
    private final Set<Delayed> waiting = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private @Nullable ScheduledThreadPoolExecutor timer;

    /** Guarded by this. */
    private boolean closed;

    /** A message that waits until its delay has passed. */
    private final class Delayed implements Runnable {

        private final Footprint footprint;
        private final Runnable send;

        Delayed(Footprint footprint, Runnable send) {
            this.footprint = footprint;
            this.send = send;
        }

        @Override
        public void run() {
            if (remove()) {
                send.run();
            }
        }

        boolean remove() {
            boolean removed = waiting.remove(this);
            if (removed) {
                limits.remove(footprint);
            }
            return removed;
        }
    }

    DelayedSends(WaitingBytes limits) {
        this.limits = limits;
    }

    int size() {
        return waiting.size();
    }

    /** Sends a message after a delay. Returns false if too many messages or bytes are waiting. */
    boolean schedule(Message message, Duration delay, Runnable send) {
        Footprint footprint = limits.measure(message);
        if (waiting.size() >= MAX_MESSAGES || limits.exceededByTotal(footprint)) {
            return false;
        }
        Delayed delayed = new Delayed(footprint, send);
        limits.add(footprint);
        waiting.add(delayed);
        schedule(delay, delayed);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the send reports its failure
    private synchronized void schedule(Duration delay, Delayed delayed) {
        if (closed) {
            delayed.remove();
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
        timer.schedule(delayed, Durations.nanos(delay), TimeUnit.NANOSECONDS);
    }

    synchronized void clear() {
        if (timer != null) {
            timer.getQueue().clear();
        }
        waiting.forEach(Delayed::remove);
    }

    synchronized void close() {
        closed = true;
        clear();
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
