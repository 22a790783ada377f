package io.channels4j.testing.connection;

import io.channels4j.consumer.Interceptor;
import io.channels4j.engine.timer.ConsumerTimer;
import io.channels4j.engine.timer.TimedExecutor;
import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of all test connections that share one manual clock. They run when the clock is advanced.
 *
 * <p><b>Threads.</b> Thread-safe. No task runs under the lock.
 */
public final class ClockTimers {

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(
            Comparator.comparingLong((Entry entry) -> entry.due).thenComparingLong(entry -> entry.number));
    private final Object advancing = new Object();
    private final RunningCallbacks callbacks = new RunningCallbacks();
    private volatile long now;
    private long scheduled;

    /** Returns the time since the clock was created, in nanoseconds. */
    public long nanoTime() {
        return now;
    }

    /** Returns the interceptor for connections that use this clock. */
    public Interceptor callbacks() {
        return callbacks;
    }

    /**
     * Adds this clock to the executor of a connection.
     *
     * @param loop the executor
     * @param limit how long {@link #advance} waits for one task
     */
    public Executor on(Executor loop, Duration limit) {
        return new ClockedExecutor(loop, limit);
    }

    /** Advances the clock. Runs every task that becomes due and waits for it. First waits until running callbacks have returned. */
    public void advance(long nanos) {
        callbacks.awaitReturn();
        synchronized (advancing) { // held while tasks run, because time must not pass meanwhile
            long end = after(nanos);
            for (Entry entry = next(end); entry != null; entry = next(end)) {
                entry.runAndWait();
            }
            now = end;
        }
    }

    private synchronized @Nullable Entry next(long end) {
        Entry first = entries.peek();
        if (first == null || first.due > end) {
            return null;
        }
        now = Math.max(now, first.due);
        return entries.remove();
    }

    private synchronized Entry add(ClockedExecutor executor, Runnable task, long delay) {
        Entry entry = new Entry(executor, task, after(delay), scheduled++);
        entries.add(entry);
        return entry;
    }

    /** Returns a later time. The sum of many long times does not overflow. */
    private long after(long nanos) {
        long sum = now + nanos;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    private final class ClockedExecutor implements TimedExecutor {

        private final Executor loop;
        private final Duration limit;

        ClockedExecutor(Executor loop, Duration limit) {
            this.loop = loop;
            this.limit = limit;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Future<?> schedule(Runnable task, long delay) {
            return add(this, task, delay);
        }
    }

    /** One task. It completes when it has run on its executor. */
    private final class Entry extends FutureTask<@Nullable Void> {

        private final ClockedExecutor executor;
        private final Runnable task;
        private final long due;
        private final long number;

        Entry(ClockedExecutor executor, Runnable task, long due, long number) {
            super(task, null);
            this.executor = executor;
            this.task = task;
            this.due = due;
            this.number = number;
        }

        void runAndWait() {
            CountDownLatch ran = new CountDownLatch(1);
            executor.execute(() -> {
                try {
                    run();
                } finally {
                    ran.countDown();
                }
            });
            try {
                if (ran.await(Durations.nanos(executor.limit), TimeUnit.NANOSECONDS)
                        && task instanceof ConsumerTimer timer) {
                    timer.awaitCompletion(executor.limit);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        protected void done() {
            if (isCancelled()) {
                remove(this);
            }
        }
    }
}
