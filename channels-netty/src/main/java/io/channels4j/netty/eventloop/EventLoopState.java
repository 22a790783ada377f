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
 * State shared by the connections of one event loop, such as the list of connections and the clock.
 *
 * <p>Confined to its event loop, except for the methods marked "Any thread".
 */
public final class EventLoopState {

    private static final Duration DRAIN_STEP = Duration.ofMillis(10);
    private static final int MIN_DRAINED_PER_STEP = 10;

    /**
     * The maximum number of connections that wait for a flush. It is low enough that their objects still fit into the processor's
     * caches.
     */
    static final int MAX_UNFLUSHED = 64;

    private final EventLoop executor;
    private final CallbackWatch watch;
    private final Map<String, Scope> scopes = new HashMap<>();
    private final List<ManagedConnection> connections = new ArrayList<>();
    private final ArrayDeque<BatchFlush> unflushed = new ArrayDeque<>();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private final StringPool strings = new StringPool();
    private final Runnable flushTask = this::flush;
    private boolean flushDue;
    private boolean draining;
    private int applications;
    private final LongSupplier nanoTime;
    private final LoopMemory inbound;
    private final LoopMemory outbound;
    private final HeldContents outboundContents = new HeldContents();
    private long now;

    /** Creates the state of an event loop and starts its clock. Any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task ends with the event loop
    public EventLoopState(
            EventLoop executor, Duration tick, LongSupplier nanoTime, CallbackWatch watch, ServerMemory memory) {
        this.executor = executor;
        this.inbound = new LoopMemory(memory.inbound(), executor, connections);
        this.outbound = new LoopMemory(memory.outbound(), executor, connections);
        this.watch = watch;
        this.nanoTime = nanoTime;
        this.now = nanoTime.getAsLong();
        executor.execute(watch::beat); // registers the thread before the first connection is added
        executor.scheduleWithFixedDelay(this::tick, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Returns the event loop. Any thread. */
    public EventLoop executor() {
        return executor;
    }

    /** Returns the pool of strings that this event loop's connections share. */
    public StringPool strings() {
        return strings;
    }

    /** Returns the monitor of the callbacks that run on this event loop. Any thread. */
    public CallbackWatch watch() {
        return watch;
    }

    /** Returns the memory that this event loop's connections use for input. Any thread. */
    public LoopMemory inbound() {
        return inbound;
    }

    /** Returns the memory that this event loop's connections use for output. Any thread. */
    public LoopMemory outbound() {
        return outbound;
    }

    /** Returns the contents of the frames that are queued on this event loop. Any thread. */
    public HeldContents outboundContents() {
        return outboundContents;
    }

    /** Returns a scope builder for a scope type. The properties that all scopes of the type share are computed only once. */
    public ScopeBuilder scope(String type, Function<String, Scope> common) {
        return scopes.computeIfAbsent(type, common).toBuilder();
    }

    /** Returns the time of the last tick in nanoseconds from an arbitrary origin. It is precise enough for time-outs. */
    public long now() {
        return now;
    }

    /** Runs a task on the event loop, immediately if called on its thread. Any thread. */
    public void run(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs a task on the event loop, after the tasks that are already queued. Any thread. */
    public void later(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException shutDown) {
            // The loop has stopped, so its connections have ended.
        }
    }

    /** Adds a connection. If the server is closing, the connection is drained in a later task. */
    public void add(ManagedConnection connection) {
        connection.slot = connections.size();
        connections.add(connection);
        if (draining) {
            executor.execute(connection::drain);
        }
    }

    /** Removes a connection. Does nothing if the connection is already removed. */
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

    /** Returns whether the server is closing and its connections are being ended. */
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
     * Schedules a flush of an output for the end of the current batch of tasks. The output is flushed earlier if many outputs
     * are waiting.
     */
    public void flushLater(BatchFlush output) {
        if (unflushed.size() >= MAX_UNFLUSHED) {
            flushAll();
        }
        unflushed.add(output);
        if (!flushDue) {
            flushDue = true;
            executor.execute(flushTask);
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
        now = nanoTime.getAsLong();
        watch.beat();
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                connections.get(i).tick(now);
            }
        }
        inbound.tick();
        outbound.tick();
    }

    /**
     * Ends all connections gracefully. If many connections {@linkplain ManagedConnection#drainsGradually() drain gradually},
     * their ends are spread over the given period. The stage completes when the connections and their applications have ended.
     * Any thread.
     */
    public CompletionStage<Void> drain(Duration spread) {
        run(() -> {
            draining = true;
            ArrayDeque<ManagedConnection> gradual = new ArrayDeque<>();
            for (ManagedConnection connection : List.copyOf(connections)) {
                if (connection.drainsGradually()) {
                    gradual.add(connection);
                } else {
                    connection.drain();
                }
            }
            long steps = Math.max(1, spread.dividedBy(DRAIN_STEP));
            drain(gradual, Math.max(MIN_DRAINED_PER_STEP, gradual.size() / steps + 1));
            checkEmpty();
        });
        return empty;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the task ends with the event loop
    private void drain(ArrayDeque<ManagedConnection> gradual, long perStep) {
        for (long i = 0; i < perStep && !gradual.isEmpty(); i++) {
            gradual.remove().drain();
        }
        if (!gradual.isEmpty()) {
            executor.schedule(() -> drain(gradual, perStep), DRAIN_STEP.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Closes all connections immediately. The stage completes with their number. Any thread. */
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
