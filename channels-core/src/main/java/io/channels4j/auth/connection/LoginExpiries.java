package io.channels4j.auth.connection;

import io.channels4j.engine.timer.TimedExecutor;
import io.channels4j.engine.timer.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The expiry times of the logins of open connections. All connections of an executor, such as an event loop, share one
 * timer. It runs at least once per second while there are logins that expire, so that a change of the clock takes effect.
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while the clock or an action is called.
 */
public final class LoginExpiries {

    private static final Duration MIN_DELAY = Duration.ofMillis(1);
    private static final Duration MAX_DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_DELAY_IN_TESTS = Duration.ofDays(1);

    private final InstantSource clock;

    /** Guarded by this, like the queues in it. */
    private final IdentityHashMap<Executor, Queue> queues = new IdentityHashMap<>();

    private long added;

    /** Creates an empty collection; {@code clock} determines when logins expire. */
    public LoginExpiries(InstantSource clock) {
        this.clock = clock;
    }

    /** The expiry of one login. */
    static final class Expiry implements Comparable<Expiry> {

        private final Executor home;
        private final Instant at;
        private final long number;
        private final Runnable action;

        private Expiry(Executor home, Instant at, long number, Runnable action) {
            this.home = home;
            this.at = at;
            this.number = number;
            this.action = action;
        }

        @Override
        public int compareTo(Expiry other) {
            int byTime = at.compareTo(other.at);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    /** The expiries of one executor, and the timer for the next check. */
    private static final class Queue {

        private final TreeSet<Expiry> expiries = new TreeSet<>();
        private Instant nextCheck = Instant.MAX;
        private @Nullable Future<?> timer;
    }

    /** Returns the current time of the clock. */
    Instant now() {
        return clock.instant();
    }

    /**
     * Adds an expiry.
     *
     * @param home the executor that calls the action
     * @param at the time at which the action is called, once
     * @param now the current time
     */
    synchronized Expiry add(Executor home, Instant at, Instant now, Runnable action) {
        Expiry expiry = new Expiry(home, at, added++, action);
        Queue queue = queues.computeIfAbsent(home, executor -> new Queue());
        queue.expiries.add(expiry);
        if (queue.timer == null || at.isBefore(queue.nextCheck)) {
            schedule(home, queue, now);
        }
        return expiry;
    }

    /** Removes an expiry. Has no effect if its action has been called. */
    synchronized void remove(Expiry expiry) {
        Queue queue = queues.get(expiry.home);
        if (queue != null && queue.expiries.remove(expiry) && queue.expiries.isEmpty()) {
            cancel(queue);
            queues.remove(expiry.home);
        }
    }

    private void schedule(Executor home, Queue queue, Instant now) {
        cancel(queue);
        Duration left = Duration.between(now, queue.expiries.first().at);
        Duration atLeast = left.compareTo(MIN_DELAY) < 0 ? MIN_DELAY : left;
        Duration atMost = home instanceof TimedExecutor ? MAX_DELAY_IN_TESTS : MAX_DELAY;
        Duration delay = atLeast.compareTo(atMost) < 0 ? atLeast : atMost;
        queue.nextCheck = now.plus(delay);
        queue.timer = Timers.after(delay, home, () -> check(home));
    }

    private static void cancel(Queue queue) {
        if (queue.timer != null) {
            queue.timer.cancel(false);
            queue.timer = null;
        }
    }

    private void check(Executor home) {
        Instant now = clock.instant();
        due(home, now).forEach(expiry -> expiry.action.run());
    }

    /** Removes and returns the expiries whose time has come, and schedules the next check. */
    private synchronized List<Expiry> due(Executor home, Instant now) {
        Queue queue = queues.get(home);
        List<Expiry> due = new ArrayList<>();
        if (queue == null) {
            return due;
        }
        while (!queue.expiries.isEmpty() && !queue.expiries.first().at.isAfter(now)) {
            due.add(queue.expiries.pollFirst());
        }
        if (queue.expiries.isEmpty()) {
            cancel(queue);
            queues.remove(home);
        } else {
            schedule(home, queue, now);
        }
        return due;
    }
}
