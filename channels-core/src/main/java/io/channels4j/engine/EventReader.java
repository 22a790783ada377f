package io.channels4j.engine;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one connection ahead of its callbacks, up to a maximum number and total size. At either limit, the server
 * stops reading from the peer (guarantee P3).
 *
 * <p><b>Threads.</b> One thread at a time reads events. It is a thread of the connection's executor, the thread that
 * starts the engine, or the thread that completes the receiver's stage.
 */
final class EventReader {

    /** The maximum number of events that wait for callbacks while the transport is open. */
    static final int MAX_EVENTS = 64;

    /** The total size of the waiting events, in bytes, at which no further event is read. */
    static final long MAX_BYTES = 1024 * 1024;

    /** The value of one event in {@link #waiting}. The lower bits count bytes. */
    private static final long ONE_EVENT = 1L << 44;

    /** The granularity, in bytes, of reports to {@link InputMemory}. Most small events cause no report. */
    static final long MEMORY_STEP = 16 * 1024;

    private static final AtomicLongFieldUpdater<EventReader> WAITING =
            AtomicLongFieldUpdater.newUpdater(EventReader.class, "waiting");
    private static final AtomicIntegerFieldUpdater<EventReader> READING =
            AtomicIntegerFieldUpdater.newUpdater(EventReader.class, "reading");

    private final Receiver receiver;
    private final Executor home;
    private final Engine engine;
    private final @Nullable InputMemory memory;

    /**
     * The number and the total size of the waiting events. They share one value. An event therefore costs one atomic
     * operation.
     */
    private volatile long waiting;

    /** Whether the transport is closed, in which case all events that it has received are read. */
    private volatile boolean readsRest;

    /** 1 while a thread is reading or a receiver stage is pending. */
    @SuppressWarnings("UnusedVariable") // accessed through its updater
    private volatile int reading;

    /**
     * Creates the reader of one connection.
     *
     * @param receiver the source of the events
     * @param home the connection's executor
     * @param engine the destination of the events
     * @param memory the memory of the connection's input, or null if the server does not limit it
     */
    EventReader(Receiver receiver, Executor home, Engine engine, @Nullable InputMemory memory) {
        this.receiver = receiver;
        this.home = home;
        this.engine = engine;
        this.memory = memory;
    }

    /** Reads until a limit is reached, unless a read is in progress. */
    void read() {
        while (hasRoom() && READING.compareAndSet(this, 0, 1)) {
            receive();
        }
    }

    /**
     * Reads the remaining events of a closed transport, regardless of the limits. The last event may be queued behind
     * others.
     */
    void readRest() {
        readsRest = true;
        if (reading == 0) {
            Stages.execute(home, this::read);
        }
    }

    /** Records that an event no longer waits. Returns false if it must be dropped. */
    boolean taken(Event event) {
        long one = sizeOf(event);
        add(-one);
        if (reading == 0 && hasRoom()) {
            Stages.execute(home, this::read);
        }
        return memory == null || one == ONE_EVENT || !memory.isDropped();
    }

    private long sizeOf(Event event) {
        return ONE_EVENT + engine.payloadBytes(event);
    }

    /**
     * Changes the number and size of the waiting events. The reported changes add up to the size, rounded down to whole
     * steps. This also holds if several threads report them.
     */
    private void add(long change) {
        long before = WAITING.getAndAdd(this, change);
        if (memory != null) {
            long steps = inSteps(before + change) - inSteps(before);
            if (steps != 0) {
                memory.held(steps);
            }
        }
    }

    private static long inSteps(long waiting) {
        return waiting & ONE_EVENT - 1 & -MEMORY_STEP;
    }

    private static boolean isFull(long waiting) {
        return waiting >= MAX_EVENTS * ONE_EVENT || (waiting & ONE_EVENT - 1) >= MAX_BYTES;
    }

    private boolean hasRoom() {
        long present = waiting;
        boolean full = isFull(present) || present > 0 && memory != null && memory.isScarce();
        return (readsRest || !full) && !engine.hasEnded();
    }

    private void receive() {
        try {
            receiveAvailable();
        } catch (Throwable e) { // thrown by a middleware's receiver: the connection must still end
            engine.fail(e);
        }
    }

    private void receiveAvailable() {
        while (hasRoom()) {
            CompletionStage<Event> next = receiver.receive();
            if (next == null) { // user code may be compiled without null checks
                throw new ChannelsException("receive: the receiver returned null (expected: a stage)");
            }
            if (!Stages.isDone(next)) {
                next.whenComplete(this::receivedLater);
                return;
            }
            received(next.toCompletableFuture().join());
        }
        reading = 0;
    }

    private void receivedLater(@Nullable Event event, @Nullable Throwable failure) {
        if (event == null) {
            engine.fail(failure == null ? new ChannelsException("receive: no event") : Stages.unwrap(failure));
            return;
        }
        try {
            received(event);
        } catch (Throwable e) {
            engine.fail(e);
            return;
        }
        receive();
        read();
    }

    private void received(@Nullable Event event) {
        if (event == null) {
            throw new ChannelsException("receive: no event");
        }
        long one = sizeOf(event);
        add(one);
        if (!engine.received(event)) {
            add(-one);
        }
    }
}
