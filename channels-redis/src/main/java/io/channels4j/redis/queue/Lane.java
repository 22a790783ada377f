package io.channels4j.redis.queue;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the order of requests of which some need a second attempt: when one does, later ones wait until all that are
 * under way are back, and then all are sent again in their order.
 *
 * <p><b>Threads.</b> Thread-safe; no lock is held while a request is sent.
 */
final class Lane {

    private final PriorityQueue<Entry> again = new PriorityQueue<>();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private final Runnable beforeRepair;
    private long submitted;
    private int underWay;
    private boolean held;
    private boolean repairing;

    /** A request. */
    interface Step {

        /** Sends the request in a lane; completes with whether it is settled, and never exceptionally. */
        CompletableFuture<Boolean> attempt(Lane lane);
    }

    private record Entry(long number, Step step) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            return Long.compare(number, other.number);
        }
    }

    /** Makes a lane that does something, quickly, before the second attempts and while nothing is under way. */
    Lane(Runnable beforeRepair) {
        this.beforeRepair = beforeRepair;
    }

    void submit(Step step) {
        Entry entry;
        synchronized (this) {
            entry = new Entry(submitted++, step);
            if (held) {
                waiting.add(entry);
                return;
            }
            underWay++;
        }
        start(entry);
    }

    /** Lets later requests wait until those under way are back. */
    synchronized void hold() {
        held = true;
    }

    private void start(Entry entry) {
        var unused = entry.step().attempt(this).thenAccept(settled -> finished(entry, settled));
    }

    private void finished(Entry entry, boolean settled) {
        synchronized (this) {
            underWay--;
            if (!settled) {
                held = true;
                again.add(entry);
            }
            if (!held || underWay > 0 || repairing) {
                return;
            }
            repairing = true;
        }
        for (List<Entry> batch = next(); !batch.isEmpty(); batch = next()) {
            batch.forEach(this::start);
        }
    }

    /**
     * Returns what to send next while later requests are held back; nothing when all is well, or all must come back
     * once more.
     */
    private synchronized List<Entry> next() {
        if (!again.isEmpty() && underWay > 0) {
            repairing = false; // the last to come back starts over
            return List.of();
        }
        if (!again.isEmpty()) {
            beforeRepair.run();
        }
        List<Entry> batch = take(again.isEmpty() ? waiting : again);
        underWay += batch.size();
        held = !batch.isEmpty();
        repairing = held;
        return batch;
    }

    private static List<Entry> take(Collection<Entry> source) {
        List<Entry> batch = source.stream().sorted().toList();
        source.clear();
        return batch;
    }
}
