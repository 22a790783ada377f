package io.channels4j.engine;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.engine.timer.ConsumerTimer;
import io.channels4j.engine.timer.TimerTick;
import io.channels4j.internal.CallbackOwner;
import io.channels4j.internal.CallbackStage;
import io.channels4j.internal.Stages;
import io.channels4j.layer.MessageEvent;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callbacks of one connection, one at a time, in mailbox order. If a callback completes synchronously, the next one runs
 * in the same turn. Otherwise, the turn ends, and the completion of the callback's stage starts a new one.
 *
 * <p><b>Threads.</b> All private methods except {@code returned} run in the mailbox's turn, on the consumer's executor.
 */
final class CallbackLoop implements CallbackStage.Observer {

    private final Callbacks callbacks;
    private final Engine engine;
    private final ConnectionLife life;
    private final ConnectionWork work;
    private final Mailbox mailbox;
    private final CallbackWatch.@Nullable Entry watch;

    /** Whether callbacks run on the connection's own executor. */
    private final boolean onEventLoop;

    /** The outcome of the awaited stage, for the next turn. */
    private volatile @Nullable Outcome outcome;

    /** The step in progress. Written in the mailbox's turn; {@link #isFree} also reads it on the event loop. */
    private Step waitingFor = Step.NOTHING;

    private boolean loggedDrop;

    /** Messages that arrived before the first callback completed. */
    private @Nullable Queue<Message> early;

    private enum Step {
        NOTHING,
        JOINING,
        EVENT,
        MESSAGE,
        /** The action of a timer is running. */
        TIMER,
        /** A broadcast is being sent to a slow peer. */
        BROADCAST,
        /** {@code onError} is running. */
        ERROR;

        boolean isCallback() {
            return this == EVENT || this == MESSAGE || this == TIMER;
        }
    }

    /** The outcome of a stage; {@code failure} is null if it completed normally. */
    private record Outcome(@Nullable Throwable failure) {}

    CallbackLoop(Callbacks callbacks, Engine engine, ConnectionLife life) {
        this.callbacks = callbacks;
        this.engine = engine;
        this.life = life;
        this.work = life.work();
        Executor executor = work.executor();
        this.onEventLoop = executor == life.scope().executor();
        this.mailbox = new Mailbox(executor, this::runTurn);
        this.watch = CallbackWatch.entry(life, onEventLoop);
    }

    // ---- input: from any thread ----

    void post(Event event) {
        mailbox.post(event);
    }

    /** Adds a message from the layer. Called on the connection's executor. */
    void post(Message message) {
        if (onEventLoop) {
            mailbox.runOrPost(message);
        } else {
            mailbox.post(message);
        }
    }

    /** Adds a run of a timer's action. Called on the connection's executor. */
    void post(TimerTick tick) {
        if (onEventLoop) {
            mailbox.runOrPost(tick);
        } else {
            mailbox.post(tick);
        }
    }

    /** Checks a failed stage when the callback in progress has completed, because it may still return the stage. */
    @Override
    public void failed(CallbackStage<?> stage, Throwable failure) {
        FailedStage failed = new FailedStage(stage, failure);
        if (life.isDisconnecting()) {
            Stages.ignore(life.result().whenComplete((done, end) -> logIfDropped(failed)));
        } else {
            mailbox.post(failed);
        }
    }

    /** Starts a turn for a connection that has ended. */
    void wake() {
        if (!mailbox.idle()) {
            life.startClock();
        }
        mailbox.wake();
    }

    /** Returns whether the connection is open, no callback is in progress and no item waits. Called on the connection's executor. */
    boolean isFree() {
        // the event and message callbacks of a blocking consumer complete within the mailbox's turn
        return life.isOpen() && mailbox.idle() && (!onEventLoop || waitingFor == Step.NOTHING && early == null);
    }

    // ---- the turn ----

    private void runTurn() {
        if (watch == null) {
            turn();
            return;
        }
        ConnectionLife before = watch.enter();
        try {
            turn();
        } finally {
            watch.exit(before, waitingFor == Step.NOTHING);
        }
    }

    private void turn() {
        CallbackOwner before = CallbackOwner.enter(work);
        if (!onEventLoop) {
            work.started(Thread.currentThread());
        }
        try {
            Outcome done = outcome;
            if (done != null) {
                outcome = null;
                settle(done.failure());
            }
            for (Object item = next(); item != null; item = next()) {
                if (item instanceof Message message) {
                    performMessage(message);
                } else if (item instanceof TimerTick tick) {
                    performTick(tick);
                } else if (item instanceof FailedStage failed) {
                    logIfDropped(failed);
                } else {
                    performEvent((Event) item);
                }
            }
        } catch (Throwable e) { // thrown by a protocol or a layer: the connection must still end
            engine.fail(e);
        } finally {
            if (!onEventLoop) {
                work.finished(Thread.currentThread());
            }
            CallbackOwner.enter(before);
        }
        if (life.hasEnded()) {
            if (waitingFor == Step.NOTHING) {
                life.disconnect();
            } else {
                life.startClock();
            }
        }
    }

    private @Nullable Object next() {
        if (waitingFor != Step.NOTHING || life.isDisconnecting()) {
            return null;
        }
        if (early != null && life.isOpen()) {
            Message message = early.poll();
            if (message != null) {
                return message;
            }
            early = null;
        }
        return mailbox.poll();
    }

    private void performEvent(Event event) {
        if (!engine.taken(event) || life.dropsEvents()) {
            return;
        }
        boolean begun = life.hasBegun();
        if (begun || !life.hasEnded()) {
            life.setEvent(event);
            call(begun ? Step.EVENT : Step.JOINING, event);
        }
    }

    private void performMessage(Message posted) {
        if (life.hasEnded()) {
            engine.consumed();
        } else if (!life.isOpen()) {
            hold(posted);
        } else {
            Message message = engine.latest(posted);
            if (message == null) {
                return;
            }
            if (message instanceof Broadcast broadcast) {
                performBroadcast(broadcast);
            } else {
                life.setEvent(new MessageEvent(message));
                call(Step.MESSAGE, message);
            }
        }
    }

    private void performTick(TimerTick tick) {
        if (!life.hasEnded() && tick.timer().begin()) {
            life.setEvent(tick);
            call(Step.TIMER, tick.timer());
        }
    }

    /** Logs the failure of a stage that no callback has observed. The callback that it was returned to has completed. */
    private void logIfDropped(FailedStage failed) {
        Throwable failure = Stages.unwrap(failed.failure());
        if (failed.stage().isObserved() || failure instanceof ConnectionClosedException) {
            return;
        }
        boolean warns = !loggedDrop;
        if (LayerFailures.is(failure)) {
            LayerFailures.note(life.scope(), failure); // logs one warning for all connections
            warns = false;
        } else {
            loggedDrop = true;
        }
        Event during = (Event) failed.stage().during();
        String method = during == null ? "disconnect" : callbacks.method(during);
        EngineLog.dropped(life.scope(), callbacks.consumerClass(), method, failure, warns);
    }

    private void hold(Message message) {
        if (early == null) {
            early = new ArrayDeque<>();
        }
        early.add(message);
    }

    private void performBroadcast(Broadcast broadcast) {
        Event event = callbacks.protocol().broadcast(broadcast);
        if (event == null) {
            return;
        }
        if (callbacks.protocol().waitsForBroadcasts()) {
            life.setEvent(new MessageEvent(broadcast));
            call(Step.BROADCAST, event);
        } else {
            engine.offer(event);
        }
    }

    private void call(Step step, Object argument) {
        waitingFor = step;
        boolean timed = step.isCallback() && watch != null && watch.measures();
        long start = timed ? System.nanoTime() : 0;
        CompletionStage<Void> stage;
        try {
            stage = invoke(step, argument);
            if (stage == null) { // user code may be compiled without null checks
                throw new ChannelsException("%s returned null (expected: a stage)".formatted(nameOf(step)));
            }
        } catch (Throwable e) {
            work.callbackReturned();
            returned(timed, start);
            settle(e);
            return;
        }
        work.callbackReturned();
        if (Stages.isDone(stage)) {
            returned(timed, start);
            settle(null);
            return;
        }
        if (watch != null && step != Step.BROADCAST) {
            watch.list();
        }
        stage.whenComplete((done, failure) -> {
            returned(timed, start);
            outcome = new Outcome(failure);
            mailbox.wake();
        });
    }

    private CompletionStage<Void> invoke(Step step, Object argument) {
        return switch (step) {
            case JOINING -> engine.joinGroups();
            case EVENT -> callbacks.event((Event) argument);
            case MESSAGE -> callbacks.message((Message) argument);
            case TIMER -> done(((ConsumerTimer) argument).perform());
            case BROADCAST -> engine.pass((Event) argument);
            case ERROR -> callbacks.error((Throwable) argument, Objects.requireNonNull(life.event()));
            case NOTHING -> throw new IllegalArgumentException("step: " + step);
        };
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the value is never used; user code may return null
    private static CompletionStage<Void> done(CompletionStage<?> action) {
        return (CompletionStage<Void>) action;
    }

    private String nameOf(Step step) {
        Event event = life.event();
        String method = step == Step.ERROR || event == null ? "onError" : callbacks.method(event);
        return callbacks.consumerClass().getName() + "." + method;
    }

    private void returned(boolean timed, long start) {
        if (timed && watch != null) {
            watch.measured(start);
        }
    }

    /**
     * Continues after a step. Once the groups have been joined, handles the first event. After a failed callback, calls
     * {@code onError}.
     */
    private void settle(@Nullable Throwable failure) {
        Step step = waitingFor;
        waitingFor = Step.NOTHING;
        Event event = life.event();
        if (step == Step.NOTHING || event == null || life.isDisconnecting()) {
            return;
        }
        if (step == Step.TIMER) {
            ((TimerTick) event).timer().completed();
        }
        Throwable cause = failure == null ? null : Stages.unwrap(failure);
        if (cause == null || cause instanceof ConnectionClosedException) {
            settled(step, event);
        } else if (step == Step.JOINING || step == Step.ERROR) {
            engine.fail(cause);
        } else {
            call(Step.ERROR, cause);
        }
    }

    private void settled(Step step, Event event) {
        if (step == Step.JOINING) {
            if (life.begin()) {
                call(Step.EVENT, event);
            }
            return;
        }
        if (!life.isOpen()) { // checked without the lock first, because taking the lock costs more
            life.open();
        }
        engine.handled(event);
    }
}
