package io.channels4j.redis.queue.send;

import io.channels4j.internal.Stages;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests in order even if some of them need several attempts. When a request needs another attempt, later requests wait until all
 * requests in flight have completed. Then the unsettled requests are sent again in their original order, followed by those that waited.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code OPEN}, {@code RESENDING}</td><td>a request was not settled, or {@link #hold}</td><td>{@code DRAINING}</td></tr>
 * <tr><td>{@code DRAINING}</td><td>no request is in flight</td><td>{@code WAITING}</td></tr>
 * <tr><td>{@code WAITING}</td><td>the reason for the delay has ended, if there is one</td><td>{@code RESENDING}</td></tr>
 * <tr><td>{@code RESENDING}</td><td>all requests were sent</td><td>{@code OPEN}</td></tr>
 * <tr><td>{@code OPEN}, {@code RESENDING}</td><td>too many requests are in flight</td><td>{@code FULL}</td></tr>
 * <tr><td>{@code FULL}</td><td>half of them have completed</td><td>{@code RESENDING}</td></tr>
 * <tr><td>{@code FULL}</td><td>a request was not settled, or {@link #hold}</td><td>{@code DRAINING}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while a request is sent. Requests are sent again on the executor, not on the thread on
 * which a reply arrives. A fast sender could otherwise keep that thread, and its connection, busy.
 */
final class OrderedRetry {

    /** The number of requests after which resending makes room for other tasks of the executor. */
    private static final int MAX_PER_TURN = 500;

    /**
     * The maximum number of requests in flight. When a connection breaks, each of its requests fails on the connection's thread, which
     * delays the reconnect.
     */
    static final int MAX_IN_FLIGHT = 2000;

    private enum State {
        /** Requests are sent when they are submitted. */
        OPEN,
        /** New requests wait for those in flight. */
        DRAINING,
        /** No request is in flight; resending starts when the delay has ended. */
        WAITING,
        /** Unsettled and waiting requests are being sent. */
        RESENDING,
        /** New requests wait until fewer are in flight. */
        FULL
    }

    private final Executor executor;

    /** The unsettled and the waiting requests. Guarded by this, like all following fields. */
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();

    private State state = State.OPEN;
    private @Nullable CompletableFuture<?> delay;
    private long submitted;
    private int inFlight;

    /** The number of the latest pass over the queue. An earlier pass that is still running sends nothing more. */
    private int pass;

    /** A request that may need several attempts. */
    interface Step {

        /** Sends the request. The stage completes with true if the request is settled, and never completes exceptionally. */
        CompletableFuture<Boolean> attempt(OrderedRetry retry);
    }

    private record Entry(long number, Step step) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            return Long.compare(number, other.number);
        }
    }

    /**
     * Creates an open instance.
     *
     * @param executor the executor on which requests are sent again
     */
    OrderedRetry(Executor executor) {
        this.executor = executor;
    }

    void submit(Step step) {
        Entry entry;
        synchronized (this) {
            entry = new Entry(submitted++, step);
            if (state == State.OPEN && inFlight >= MAX_IN_FLIGHT) {
                state = State.FULL;
            }
            if (state != State.OPEN) {
                queue.add(entry);
                return;
            }
            inFlight++;
        }
        start(entry);
    }

    /** Makes later requests wait until those in flight have completed. */
    synchronized void hold() {
        if (state != State.WAITING) {
            state = State.DRAINING;
        }
    }

    /**
     * Makes later requests wait until those in flight have completed and the delay has ended. Has no effect on a delay that was set before
     * and has not ended. The number of timers therefore does not depend on the number of requests.
     */
    synchronized void holdUntil(Supplier<CompletableFuture<?>> end) {
        hold();
        if (delay == null || delay.isDone()) {
            delay = end.get();
        }
    }

    private void start(Entry entry) {
        Stages.ignore(entry.step().attempt(this).thenAccept(settled -> finished(entry, settled)));
    }

    private void finished(Entry entry, boolean settled) {
        CompletableFuture<?> end = null;
        synchronized (this) {
            inFlight--;
            if (!settled) {
                queue.add(entry);
                hold();
            }
            if (state == State.FULL && inFlight <= MAX_IN_FLIGHT / 2) {
                state = State.RESENDING;
            } else if (state == State.DRAINING && inFlight == 0) {
                state = State.WAITING;
                end = delay;
                delay = null;
            } else {
                return;
            }
        }
        if (end == null) {
            executor.execute(this::resend);
        } else {
            Stages.ignore(end.whenComplete((nothing, failure) -> executor.execute(this::resend)));
        }
    }

    private void resend() {
        int own = startPass();
        if (own > 0) {
            resend(own);
        }
    }

    /** Returns the number of a new pass, or 0 if requests in flight must complete first. */
    private synchronized int startPass() {
        if (state == State.DRAINING) {
            return 0; // a request was not settled after this pass was scheduled
        }
        state = State.RESENDING;
        return ++pass;
    }

    private void resend(int own) {
        for (int i = 0; i < MAX_PER_TURN; i++) {
            Entry entry = next(own);
            if (entry == null) {
                return;
            }
            start(entry);
        }
        executor.execute(() -> resend(own));
    }

    /** Returns the next request to send, or null if this pass has ended. */
    private synchronized @Nullable Entry next(int own) {
        if (state != State.RESENDING || own != pass) {
            return null;
        }
        if (inFlight >= MAX_IN_FLIGHT) {
            state = State.FULL;
            return null;
        }
        Entry entry = queue.poll();
        if (entry == null) {
            state = State.OPEN;
        } else {
            inFlight++;
        }
        return entry;
    }
}
