package io.channels4j.engine;

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
 * The life of one connection as its consumer sees it. The first cause that ends a connection decides how it ended;
 * {@code disconnect} runs once for every connection whose first callback began (guarantee P2).
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>first callback begins</th><th>first callback done</th><th>an end is decided</th>
 *     <th>no callback runs, or it is abandoned</th><th>disconnect done</th></tr>
 * <tr><td>NEW</td><td>CONNECTING</td><td></td><td>REFUSED</td><td>REFUSED, then COMPLETE</td><td></td></tr>
 * <tr><td>CONNECTING</td><td></td><td>OPEN</td><td>ENDING</td><td>ENDING, then DISCONNECTING</td><td></td></tr>
 * <tr><td>OPEN</td><td></td><td></td><td>ENDING</td><td>ENDING, then DISCONNECTING</td><td></td></tr>
 * <tr><td>REFUSED</td><td>ENDING</td><td></td><td></td><td>COMPLETE</td><td></td></tr>
 * <tr><td>ENDING</td><td></td><td></td><td></td><td>DISCONNECTING</td><td></td></tr>
 * <tr><td>DISCONNECTING</td><td></td><td></td><td></td><td></td><td>COMPLETE</td></tr>
 * </table>
 *
 * <p>A first callback begins in REFUSED when its groups were still being joined as the connection ended.
 *
 * <p><b>Threads.</b> Thread-safe. Transitions happen under the lock; the state is read without it.
 */
final class ConnectionLife {

    private enum State {
        /** No callback has begun. */
        NEW,
        /** The first callback runs; messages of the layer wait. */
        CONNECTING,
        /** Messages of the layer are handled. */
        OPEN,
        /** Ended before the first callback began: there is no {@code disconnect}. */
        REFUSED,
        /** Ended; a callback may still run. */
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

    /** Written in the mailbox's turn without a barrier: other threads may see it late. */
    private volatile @Nullable Event event;

    /** Written before the state becomes one that has ended. */
    private @Nullable End end;

    private record End(Disconnect why, @Nullable Throwable failure, boolean keepsEvents) {}

    ConnectionLife(Scope scope, Callbacks callbacks, ConnectionWork work) {
        this.scope = scope;
        this.callbacks = callbacks;
        this.work = work;
        this.clock = new CloseClock(scope, this, work);
    }

    // ---- state ----

    /** Returns whether {@code disconnect} is due: the first callback has begun and {@code disconnect} has not. */
    boolean hasBegun() {
        State now = state;
        return now == State.CONNECTING || now == State.OPEN || now == State.ENDING;
    }

    /** Returns whether the first callback is done and the connection has not ended. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Returns whether it is decided how the connection ended. */
    boolean hasEnded() {
        return state.compareTo(State.REFUSED) >= 0;
    }

    /** Returns whether callbacks before {@code disconnect} are out of time: it has begun or was omitted. */
    boolean isDisconnecting() {
        return state.compareTo(State.DISCONNECTING) >= 0;
    }

    /** Returns whether nothing is called any more. */
    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Returns whether waiting events are dropped, since the peer did not end the connection itself. */
    boolean dropsEvents() {
        return hasEnded() && end != null && !end.keepsEvents();
    }

    /** Completes with {@link State#COMPLETE}; exceptionally with the failure that ended the connection. */
    CompletionStage<Void> result() {
        return result;
    }

    // ---- transitions ----

    /** Begins the first callback; returns false if the connection has been completed without it. */
    synchronized boolean begin() {
        if (state == State.NEW) {
            state = State.CONNECTING;
        } else if (state == State.REFUSED) {
            state = State.ENDING;
        }
        return state != State.COMPLETE;
    }

    /** The first callback is done. */
    synchronized void open() {
        if (state == State.CONNECTING) {
            state = State.OPEN;
        }
    }

    /**
     * Decides how the connection ended, unless that is decided.
     *
     * @param why how it ended
     * @param failure the failure that ended it, or null
     * @param keepsEvents whether events that wait are still handled
     * @return whether this call decided it
     */
    synchronized boolean end(Disconnect why, @Nullable Throwable failure, boolean keepsEvents) {
        if (hasEnded()) {
            return false;
        }
        end = new End(why, failure, keepsEvents);
        state = state == State.NEW ? State.REFUSED : State.ENDING;
        return true;
    }

    /** Runs {@code disconnect} unless it has run; called in the mailbox's turn when no callback runs. */
    void disconnect() {
        if (leaveCallbacks()) {
            runDisconnect();
        }
    }

    /** Runs {@code disconnect} beside a callback that does not end. */
    void abandonCallback() {
        if (!hasEnded()) {
            TransportLostException lost = new TransportLostException();
            end(callbacks.protocol().failed(lost).why(), null, false);
        }
        if (leaveCallbacks()) {
            Stages.execute(work.executor(), this::runDisconnect);
        }
    }

    /** Ends the time of ordinary callbacks; returns whether the caller is to run {@code disconnect}. */
    private boolean leaveCallbacks() {
        synchronized (this) {
            if (state == State.ENDING) {
                state = State.DISCONNECTING;
                return true;
            }
            if (state != State.REFUSED) {
                return false;
            }
            state = State.COMPLETE; // under the same lock: a first callback that begins now would get no disconnect
        }
        completed();
        return false;
    }

    /** Completes the result. */
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
            callbacks.disconnect(why).whenComplete((done, failure) -> disconnected(failure));
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

    /** Returns the event of the current or last callback, a distinct object for each; null before the first. */
    @Nullable
    Event event() {
        return event;
    }

    /** Returns the message of the current or last callback, or null if that was another event. */
    @Nullable
    Message message() {
        return event instanceof MessageEvent delivered ? delivered.message() : null;
    }

    // ---- close time-out and watch ----

    /** Starts the close time-out unless it runs already. */
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

    /** Returns the name of the method that runs, as far as it is known without its stack. */
    String method() {
        Event during = event;
        return during == null ? "start" : callbacks.method(during);
    }

    /** Returns what the connection is busy with: {@code disconnect}, or the type of an event. */
    String activity() {
        Event during = event;
        return isDisconnecting() ? "disconnect" : during == null ? "the start" : during.type();
    }
}
