package io.channels4j.netty.eventloop;

import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.engine.CallbackWatch;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the connections of one event loop share: the flush at the end of a batch, the clock, and the list of them.
 *
 * <p>Confined to its event loop, save where a method says otherwise.
 */
public final class EventLoopState {

    private static final Duration DRAIN_STEP = Duration.ofMillis(10);
    private static final int FEWEST_AT_ONCE = 10;

    /** So many connections' objects are still in the processor's caches when they are flushed. */
    static final int MOST_UNFLUSHED = 64;

    private final EventLoop executor;
    private final CallbackWatch watch;
    private final Map<String, Scope> scopes = new HashMap<>();
    private final List<ManagedConnection> connections = new ArrayList<>();
    private final ArrayDeque<BatchFlush> unflushed = new ArrayDeque<>();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private final StringPool repeats = new StringPool();
    private boolean flushDue;
    private boolean draining;
    private int applications;
    private final LongSupplier nanos;
    private long now;

    /** Creates the state of an event loop and starts its clock. Any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the event loop
    public EventLoopState(EventLoop executor, Duration tick, LongSupplier nanos, CallbackWatch watch) {
        this.executor = executor;
        this.watch = watch;
        this.nanos = nanos;
        this.now = nanos.getAsLong();
        executor.execute(watch::beat); // the watch knows the thread before there are connections
        executor.scheduleWithFixedDelay(this::tick, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Returns the event loop. Any thread. */
    public EventLoop executor() {
        return executor;
    }

    /** Returns the strings that connections here have in common. */
    public StringPool repeats() {
        return repeats;
    }

    /** Returns what sees the callbacks that are under way here. Any thread. */
    public CallbackWatch watch() {
        return watch;
    }

    /** Returns a builder of scopes of a type, with what all of them have in common: that is there once and not for each. */
    public ScopeBuilder scope(String type, Function<String, Scope> common) {
        return scopes.computeIfAbsent(type, common).toBuilder();
    }

    /** Returns the time of the last tick, good enough for time-outs; nanoseconds from an arbitrary origin. */
    public long now() {
        return now;
    }

    /** Runs a task on the event loop: now when this is its thread. Any thread. */
    public void run(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs a task on the event loop, behind what it has to do already. Any thread. */
    public void later(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException shutDown) {
            // The loop ended, and with it the connection that the task is about.
        }
    }

    /** Adds a connection; one that comes while the server closes is told to end at once. */
    public void add(ManagedConnection connection) {
        connection.slot = connections.size();
        connections.add(connection);
        if (draining) {
            executor.execute(connection::drain);
        }
    }

    /** Takes a connection out; does nothing when it is out already. */
    public void remove(ManagedConnection connection) {
        int slot = connection.slot;
        if (slot < 0) {
            return;
        }
        connection.slot = -1;
        ManagedConnection last = connections.remove(connections.size() - 1);
        if (last != connection) {
            connections.set(slot, last);
            last.slot = slot;
        }
        checkEmpty();
    }

    /** Returns whether the connections are being ended, since the server closes. */
    public boolean isDraining() {
        return draining;
    }

    public void applicationStarted() {
        applications++;
    }

    public void applicationEnded() {
        applications--;
        checkEmpty();
    }

    /**
     * Has an outbound flushed once at the end of this batch of work: behind what the loop has to do already, or when many others
     * have been written to.
     */
    public void flushLater(BatchFlush output) {
        if (unflushed.size() >= MOST_UNFLUSHED) {
            flushAll();
        }
        unflushed.add(output);
        if (!flushDue) {
            flushDue = true;
            executor.execute(this::flush);
        }
    }

    private void flush() {
        flushDue = false;
        flushAll();
    }

    private void flushAll() {
        for (int left = unflushed.size(); left > 0; left--) {
            unflushed.remove().flushBatch();
        }
    }

    private void tick() {
        now = nanos.getAsLong();
        watch.beat();
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                connections.get(i).tick(now);
            }
        }
    }

    /**
     * Ends all connections in order, those that {@linkplain ManagedConnection#drainsInTurn() end in turn} spread over a time if they are
     * many. Any thread. The stage completes when they and their applications have ended.
     */
    public CompletionStage<Void> drain(Duration spread) {
        run(() -> {
            draining = true;
            ArrayDeque<ManagedConnection> inTurn = new ArrayDeque<>();
            for (ManagedConnection connection : List.copyOf(connections)) {
                if (connection.drainsInTurn()) {
                    inTurn.add(connection);
                } else {
                    connection.drain();
                }
            }
            long steps = Math.max(1, spread.dividedBy(DRAIN_STEP));
            drain(inTurn, Math.max(FEWEST_AT_ONCE, inTurn.size() / steps + 1));
            checkEmpty();
        });
        return empty;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the event loop
    private void drain(ArrayDeque<ManagedConnection> inTurn, long atOnce) {
        for (long i = 0; i < atOnce && !inTurn.isEmpty(); i++) {
            inTurn.remove().drain();
        }
        if (!inTurn.isEmpty()) {
            executor.schedule(() -> drain(inTurn, atOnce), DRAIN_STEP.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Ends all connections at once and returns how many there were, through the stage. Any thread. */
    public CompletableFuture<Integer> cut() {
        CompletableFuture<Integer> cut = new CompletableFuture<>();
        run(() -> {
            List<ManagedConnection> open = List.copyOf(connections);
            open.forEach(ManagedConnection::cut);
            cut.complete(open.size());
        });
        return cut;
    }

    private void checkEmpty() {
        if (draining && connections.isEmpty() && applications == 0) {
            empty.complete(null);
        }
    }
}
