package io.channels4j.engine.timer;

import io.channels4j.engine.timer.ConsumerTimer.State;
import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers that the consumer of one connection has started. Each armed timer is one entry in the scheduler of the
 * connection's event loop. The timers end with the connection, so that a long delay does not keep a closed connection
 * in memory.
 *
 * <p><b>Threads.</b> Thread-safe. No user code is called under the lock.
 */
public final class ConnectionTimers {

    /** The timers of every connection that has ended. Timers that are started here end immediately. */
    public static final ConnectionTimers CLOSED = new ConnectionTimers(Runnable::run, tick -> {});

    static {
        CLOSED.close();
    }

    private final Executor home;
    private final Consumer<TimerTick> turns;

    /** The head of a list that is linked through the timers. Guarded by this. */
    private @Nullable ConsumerTimer first;

    private boolean closed;

    /**
     * Creates the timers of one connection.
     *
     * @param home the connection's executor, whose clock and scheduler the timers use
     * @param turns the queue of the consumer's turns. Called on the connection's executor.
     */
    public ConnectionTimers(Executor home, Consumer<TimerTick> turns) {
        this.home = home;
        this.turns = turns;
    }

    /** Starts a timer. After the end of the connection, the timer ends immediately. */
    public synchronized void start(ConsumerTimer timer, long delay) {
        if (closed) {
            timer.state = State.ENDED;
            return;
        }
        link(timer);
        arm(timer, Timers.nanoTime(home) + delay, delay);
    }

    /** Ends all timers, and those that are started later. */
    public void close() {
        ConsumerTimer all;
        synchronized (this) {
            closed = true;
            all = first;
        }
        while (all != null) {
            end(all);
            synchronized (this) {
                all = first;
            }
        }
    }

    void elapsed(ConsumerTimer timer) {
        synchronized (this) {
            if (timer.state != State.ARMED) {
                return;
            }
            timer.state = State.DUE;
            timer.armed = null;
        }
        turns.accept(new TimerTick(timer)); // may run the action
    }

    synchronized boolean begin(ConsumerTimer timer) {
        if (timer.state != State.DUE) {
            return false;
        }
        timer.state = State.RUNNING;
        return true;
    }

    synchronized void completed(ConsumerTimer timer) {
        if (timer.state != State.RUNNING) {
            return;
        }
        if (timer.interval == 0) {
            end(timer);
            return;
        }
        long now = Timers.nanoTime(home);
        long due = timer.due + timer.interval;
        boolean missed = due - now <= 0;
        arm(timer, missed ? now + timer.interval : due, missed ? timer.interval : due - now);
        notifyAll();
    }

    synchronized void end(ConsumerTimer timer) {
        if (timer.state == State.ENDED) {
            return;
        }
        timer.state = State.ENDED;
        unlink(timer);
        Future<?> armed = timer.armed;
        timer.armed = null;
        if (armed != null) {
            armed.cancel(false);
        }
        notifyAll();
    }

    synchronized void awaitCompletion(ConsumerTimer timer, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + Durations.nanos(limit);
        for (long left = Durations.nanos(limit); isBusy(timer) && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private static boolean isBusy(ConsumerTimer timer) {
        return timer.state == State.DUE || timer.state == State.RUNNING;
    }

    private void arm(ConsumerTimer timer, long due, long delay) {
        timer.state = State.ARMED;
        timer.due = due;
        timer.armed = Timers.after(delay, home, timer);
    }

    private void link(ConsumerTimer timer) {
        timer.next = first;
        if (first != null) {
            first.previous = timer;
        }
        first = timer;
    }

    private void unlink(ConsumerTimer timer) {
        ConsumerTimer before = timer.previous;
        ConsumerTimer after = timer.next;
        if (before != null) {
            before.next = after;
        } else if (first == timer) {
            first = after;
        }
        if (after != null) {
            after.previous = before;
        }
        timer.previous = null;
        timer.next = null;
    }
}
