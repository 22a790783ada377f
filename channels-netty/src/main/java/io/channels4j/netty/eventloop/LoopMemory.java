package io.channels4j.netty.eventloop;

import io.channels4j.netty.log.ServerLog;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of a {@link MemoryBudget} that the connections of one event loop use.
 *
 * <p><b>Threads.</b> {@link #add}, {@link #isScarce} and {@link #isExhausted} may be called from any thread. The other
 * public methods may be called only on the event loop.
 */
public final class LoopMemory {

    /** Connections that hold less are not closed. */
    private static final long MIN_BYTES = 16 * 1024;

    private final MemoryBudget budget;
    private final EventLoop executor;
    private final List<ManagedConnection> connections;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean reliefDue = new AtomicBoolean();

    /**
     * The total above which the next search for connections to close may start. Nonzero only if the last search found none; reset
     * at each tick.
     */
    private long seekAbove;

    private boolean relieving;

    /** Whether the closing of connections has been logged since the last tick. */
    private boolean logged;

    LoopMemory(MemoryBudget budget, EventLoop executor, List<ManagedConnection> connections) {
        this.budget = budget;
        this.executor = executor;
        this.connections = connections;
        budget.add(this);
    }

    /**
     * Adds to the memory in use. If the budget is then exceeded, connections are closed in a later task or by {@link
     * #relieve()}.
     */
    public void add(long change) {
        bytes.addAndGet(change);
        budget.add(change);
        if (change > 0 && budget.isExceeded()) {
            scheduleRelief();
        }
    }

    long bytes() {
        return bytes.get();
    }

    /** Returns whether more than half of the budget is in use. */
    public boolean isScarce() {
        return budget.isScarce();
    }

    /**
     * Returns whether more than five quarters of the budget are in use. This happens if memory is added faster than connections
     * are closed.
     */
    public boolean isExhausted() {
        return budget.isExhausted();
    }

    private void scheduleRelief() {
        if (reliefDue.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    reliefDue.set(false);
                    relieve();
                });
            } catch (RejectedExecutionException shutDown) {
                // the connections have ended
            }
        }
    }

    void tick() {
        seekAbove = 0;
        logged = false;
        relieve();
    }

    /**
     * Closes connections if the budget is exceeded. If this event loop holds less than its share, the loop that holds the most
     * closes connections instead. Must be called after each read that may have added memory, because many connections may be read
     * before the next task runs.
     */
    public void relieve() {
        if (!budget.isExceeded() || budget.total() <= seekAbove || relieving) {
            return;
        }
        LoopMemory largest = budget.largest();
        if (bytes.get() < budget.share() && largest != null && largest != this) {
            largest.scheduleRelief();
            return;
        }
        relieving = true;
        try {
            close();
        } finally {
            relieving = false;
        }
    }

    private void close() {
        MemoryDirection direction = budget.direction();
        List<ManagedConnection> candidates = new ArrayList<>();
        long released = 0; // the memory that connections closed earlier still hold
        for (ManagedConnection connection : connections) {
            long held = direction.bytesOf(connection);
            if (connection.closedForMemory) {
                released += held;
            } else if (held >= MIN_BYTES) {
                candidates.add(connection);
            }
        }
        candidates.sort(direction.firstToClose());
        seekAbove = budget.total() + budget.maxBytes() / 16;
        int closed = 0;
        for (ManagedConnection connection : candidates) {
            long before = budget.total();
            if (before - released <= budget.target()) {
                break;
            }
            seekAbove = 0;
            long held = direction.bytesOf(connection);
            connection.closedForMemory = true;
            direction.close(connection, direction.exceeded(held, budget));
            released += Math.max(0, held - (before - budget.total()));
            closed++;
        }
        if (closed > 0 && !logged) {
            logged = true;
            ServerLog.memoryExhausted(direction.adjective(), budget.maxBytes(), closed);
        }
    }
}
