package io.channels4j.engine;

import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.internal.CallbackOwner;
import io.channels4j.internal.Stages;
import io.channels4j.layer.MessageEvent;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The life cycle of one connection from its consumer's point of view. The first cause that ends a connection determines
 * how it ended. {@code disconnect} runs once for every connection whose first callback began (guarantee P2).
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>first callback begins</th><th>first callback done</th><th>the connection ends</th>
 *     <th>no callback runs, or it is abandoned</th><th>disconnect done</th></tr>
 * <tr><td>NEW</td><td>CONNECTING</td><td></td><td>REFUSED</td><td>REFUSED, then COMPLETE</td><td></td></tr>
 * <tr><td>CONNECTING</td><td></td><td>OPEN</td><td>ENDING</td><td>ENDING, then DISCONNECTING</td><td></td></tr>
 * <tr><td>OPEN</td><td></td><td></td><td>ENDING</td><td>ENDING, then DISCONNECTING</td><td></td></tr>
 * <tr><td>REFUSED</td><td>ENDING</td><td></td><td></td><td>COMPLETE</td><td></td></tr>
 * <tr><td>ENDING</td><td></td><td></td><td></td><td>DISCONNECTING</td><td></td></tr>
 * <tr><td>DISCONNECTING</td><td></td><td></td><td></td><td></td><td>COMPLETE</td></tr>
 * </table>
 *
 * <p>The first callback can begin in state REFUSED if the connection ended while it was still joining its groups.
 *
 * <p><b>Threads.</b> Thread-safe. Transitions are made under the lock. The state is read without it.
 */
final class ConnectionLife {

    private enum State {
        /** No callback has begun. */
        NEW,
        /** The first callback is running. Messages from the layer wait. */
        CONNECTING,
        /** Messages from the layer are handled. */
        OPEN,
        /** Ended before the first callback began; {@code disconnect} is called only if that callback begins later. */
        REFUSED,
        /** Ended. A callback may still be running. */
        ENDING,
        DISCONNECTING,
        COMPLETE
    }

    private static final AtomicReferenceFieldUpdater<ConnectionLife, @Nullable Event> EVENT =
            AtomicReferenceFieldUpdater.newUpdater(ConnectionLife.class, Event.class, "event");

    private final Scope scope;
    private final Callbacks callbacks;
    private final ConnectionWork work;
    private final CloseClock clock;
    private final CompletableFuture<Void> result = new CompletableFuture<>();

    private volatile State state = State.NEW;

    /** Written in the mailbox's turn without a barrier, so other threads may read an outdated value. */
    private volatile @Nullable Event event;

    /** Written before the connection enters a state in which it has ended. */
    private @Nullable End end;

    private record End(Disconnect why, @Nullable Throwable failure, boolean keepsEvents) {}

    ConnectionLife(Scope scope, Callbacks callbacks, ConnectionWork work) {
        this.scope = scope;
        this.callbacks = callbacks;
        this.work = work;
        this.clock = new CloseClock(scope, this, work);
    }

    // ---- state ----

    /** Returns whether the first callback has begun but {@code disconnect} has not. */
    boolean hasBegun() {
        State now = state;
        return now == State.CONNECTING || now == State.OPEN || now == State.ENDING;
    }

    /** Returns whether the first callback is done and the connection has not ended. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Returns whether the connection has ended or is ending. */
    boolean hasEnded() {
        return state.compareTo(State.REFUSED) >= 0;
    }

    /** Returns whether ordinary callbacks may no longer run, because {@code disconnect} has begun or was omitted. */
    boolean isDisconnecting() {
        return state.compareTo(State.DISCONNECTING) >= 0;
    }

    /** Returns whether no further callback will run. */
    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Returns whether waiting events are dropped. They are kept if the peer ended the connection. */
    boolean dropsEvents() {
        return hasEnded() && end != null && !end.keepsEvents();
    }

    /**
     * Returns a stage that completes when the state becomes COMPLETE. It completes exceptionally if a failure ended the
     * connection.
     */
    CompletionStage<Void> result() {
        return result;
    }

    // ---- transitions ----

    /** Begins the first callback. Returns false if the connection is already complete. */
    synchronized boolean begin() {
        if (state == State.NEW) {
            state = State.CONNECTING;
        } else if (state == State.REFUSED) {
            state = State.ENDING;
        }
        return state != State.COMPLETE;
    }

    /** Records that the first callback has completed. */
    synchronized void open() {
        if (state == State.CONNECTING) {
            state = State.OPEN;
        }
    }

    /**
     * Records how the connection ended. Only the first call has an effect.
     *
     * @param why the close code, the reason and the cause
     * @param failure the failure that ended the connection, or null
     * @param keepsEvents whether waiting events are still handled
     * @return whether this call ended the connection
     */
    synchronized boolean end(Disconnect why, @Nullable Throwable failure, boolean keepsEvents) {
        if (hasEnded()) {
            return false;
        }
        end = new End(why, failure, keepsEvents);
        state = state == State.NEW ? State.REFUSED : State.ENDING;
        return true;
    }

    /** Runs {@code disconnect} unless it has already run. Called in the mailbox's turn when no callback is running. */
    void disconnect() {
        if (leaveCallbacks()) {
            runDisconnect();
        }
    }

    /** Runs {@code disconnect} concurrently with a callback that does not complete. */
    void abandonCallback() {
        if (!hasEnded()) {
            TransportLostException lost = new TransportLostException();
            end(callbacks.protocol().failed(lost).why(), null, false);
        }
        if (leaveCallbacks()) {
            Stages.execute(work.executor(), this::runDisconnect);
        }
    }

    /** Ends the period in which ordinary callbacks may run. Returns whether the caller must run {@code disconnect}. */
    private boolean leaveCallbacks() {
        boolean disconnects;
        synchronized (this) {
            disconnects = state == State.ENDING;
            if (disconnects) {
                state = State.DISCONNECTING;
            } else if (state == State.REFUSED) {
                // Set under the lock, because a first callback that began now would not be followed by disconnect.
                state = State.COMPLETE;
            } else {
                return false;
            }
        }
        scope.get(HandledEvents.KEY).ifPresent(HandledEvents::handled);
        if (!disconnects) {
            completed();
        }
        return disconnects;
    }

    /** Enters the state COMPLETE and completes the result. */
    void complete() {
        synchronized (this) {
            if (state == State.COMPLETE) {
                return;
            }
            state = State.COMPLETE;
        }
        completed();
    }

    private void completed() {
        clock.stop();
        scope.get(CallbackWatch.KEY).ifPresent(watch -> watch.remove(this)); // a callback may have been abandoned
        Throwable failure = end == null ? null : end.failure();
        if (failure == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private void runDisconnect() {
        Disconnect why = Objects.requireNonNull(end).why();
        clock.restart();
        CallbackOwner before = CallbackOwner.enter(work);
        work.started(Thread.currentThread());
        try {
            CompletionStage<Void> stage = callbacks.disconnect(why);
            if (stage == null) { // user code may be compiled without null checks
                throw new ChannelsException("disconnect returned null (expected: a stage)");
            }
            stage.whenComplete((done, failure) -> disconnected(failure));
        } catch (Throwable e) {
            disconnected(e);
        } finally {
            work.finished(Thread.currentThread());
            CallbackOwner.enter(before);
        }
    }

    private void disconnected(@Nullable Throwable failure) {
        if (failure != null && !isComplete()) {
            EngineLog.disconnectFailed(scope, callbacks.consumerClass(), Stages.unwrap(failure));
        }
        complete();
    }

    // ---- the current callback ----

    /** Sets the event whose callback runs next. */
    void setEvent(Event next) {
        EVENT.lazySet(this, next);
    }

    /** Returns the event of the current or last callback, or null before the first one. Each callback has a distinct event object. */
    @Nullable
    Event event() {
        return event;
    }

    /** Returns the message of the current or last callback. Returns null if its event was not a message. */
    @Nullable
    Message message() {
        return event instanceof MessageEvent delivered ? delivered.message() : null;
    }

    // ---- close time-out and watch ----

    /** Starts the close time-out unless it is already running. */
    void startClock() {
        clock.start();
    }

    Scope scope() {
        return scope;
    }

    ConnectionWork work() {
        return work;
    }

    Class<?> consumerClass() {
        return callbacks.consumerClass();
    }

    /** Returns the name of the running method, as far as it is known without a stack trace. */
    String method() {
        Event during = event;
        return during == null ? "start" : callbacks.method(during);
    }

    /** Returns a description of the current callback: {@code disconnect}, or the type of an event. */
    String activity() {
        Event during = event;
        return isDisconnecting() ? "disconnect" : during == null ? "the start" : during.type();
    }
}
