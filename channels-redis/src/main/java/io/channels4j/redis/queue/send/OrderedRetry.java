package io.channels4j.redis.queue.send;

import io.channels4j.internal.Stages;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps requests in order even if some of them need several attempts. When a request needs another attempt, later requests wait until all
 * requests in flight have completed. Then the unsettled requests are sent again in their original order, followed by those that waited.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code OPEN}</td><td>a request was not settled, or {@link #hold}</td><td>{@code DRAINING}</td></tr>
 * <tr><td>{@code DRAINING}</td><td>no request is in flight</td><td>{@code RESENDING}</td></tr>
 * <tr><td>{@code RESENDING}</td><td>a resent request was not settled</td><td>{@code DRAINING}</td></tr>
 * <tr><td>{@code RESENDING}</td><td>all requests were sent</td><td>{@code OPEN}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while a request is sent.
 */
final class OrderedRetry {

    private enum State {
        /** Requests are sent when they are submitted. */
        OPEN,
        /** New requests wait for those in flight. */
        DRAINING,
        /** Unsettled and waiting requests are being sent. */
        RESENDING
    }

    private final PriorityQueue<Entry> unsettled = new PriorityQueue<>();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private final Runnable beforeResend;
    private State state = State.OPEN;
    private long submitted;
    private int inFlight;

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
     * @param beforeResend a task that runs before requests are sent again, while none is in flight; it must not block
     */
    OrderedRetry(Runnable beforeResend) {
        this.beforeResend = beforeResend;
    }

    void submit(Step step) {
        Entry entry;
        synchronized (this) {
            entry = new Entry(submitted++, step);
            if (state != State.OPEN) {
                waiting.add(entry);
                return;
            }
            inFlight++;
        }
        start(entry);
    }

    /** Makes later requests wait until those in flight have completed. */
    synchronized void hold() {
        if (state == State.OPEN) {
            state = State.DRAINING;
        }
    }

    private void start(Entry entry) {
        Stages.ignore(entry.step().attempt(this).thenAccept(settled -> finished(entry, settled)));
    }

    private void finished(Entry entry, boolean settled) {
        synchronized (this) {
            inFlight--;
            if (!settled) {
                unsettled.add(entry);
                hold();
            }
            if (state != State.DRAINING || inFlight > 0) {
                return;
            }
            state = State.RESENDING;
        }
        for (List<Entry> batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            batch.forEach(this::start);
        }
    }

    /** Returns the requests to send next, or an empty list if this instance is open again or must drain first. */
    private synchronized List<Entry> nextBatch() {
        if (!unsettled.isEmpty() && inFlight > 0) {
            state = State.DRAINING; // resending continues when the last request in flight has completed
            return List.of();
        }
        if (!unsettled.isEmpty()) {
            beforeResend.run();
        }
        List<Entry> batch = removeAll(unsettled.isEmpty() ? waiting : unsettled);
        inFlight += batch.size();
        if (batch.isEmpty()) {
            state = State.OPEN;
        }
        return batch;
    }

    private static List<Entry> removeAll(Collection<Entry> source) {
        List<Entry> batch = source.stream().sorted().toList();
        source.clear();
        return batch;
    }
}
