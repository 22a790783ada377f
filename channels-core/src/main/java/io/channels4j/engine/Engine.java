package io.channels4j.engine;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.internal.CallbackOwner;
import io.channels4j.internal.Stages;
import io.channels4j.layer.MessageEvent;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Runs one consumer for one connection, from its first event to its last.
 *
 * <p>Events of the peer and messages of the layer meet in one mailbox. Callbacks run one at a time, in the order of arrival, on
 * the consumer's executor: the connection's own for an asynchronous consumer, worker threads for a blocking one. A callback
 * that is done when it returns costs no further turn, so a batch of them runs in one loop.
 *
 * <p>The groups are joined before the first callback, and messages are held until it is done.
 *
 * <p><b>The end.</b> Whatever ends a connection first (its last event, the transport, a failure, the application itself)
 * decides how it ended. The layer is left at once, events that came before the peer's end still have their turn, then
 * {@code disconnect} runs, exactly once (promise P2). {@link Ending} keeps the time for that.
 *
 * @param <D> how the protocol describes the end of a connection
 */
public final class Engine<D> {

    /** How many events of the peer wait here before the server is not asked for more and so stops reading. */
    static final int MOST_EVENTS = 64;

    @SuppressWarnings("rawtypes") // a class literal has no parameter
    private static final AtomicIntegerFieldUpdater<Engine> EVENTS_WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Engine.class, "eventsWaiting");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<Engine> ASKING =
            AtomicIntegerFieldUpdater.newUpdater(Engine.class, "asking");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Engine, @Nullable Event> DURING =
            AtomicReferenceFieldUpdater.newUpdater(Engine.class, Event.class, "during");

    private final Scope scope;
    private final Receiver receiver;
    private final Sender sender;
    private final Callbacks<D> callbacks;
    private final Executor executor;

    /** Whether callbacks run where the connection lives. */
    private final boolean atHome;

    private final LayerLink link;
    private final Mailbox mailbox;
    private final Ending<D> ending;
    private final @Nullable CallbackWatch watch;
    private volatile int eventsWaiting;

    /** 1 while somebody asks the receiver for events. */
    @SuppressWarnings("UnusedVariable") // read by its updater
    private volatile int asking;

    private volatile @Nullable Outcome outcome;

    /** Whether the first callback is done, so that messages flow. */
    private volatile boolean opened;

    /** Whether the first callback has begun, so that {@code disconnect} is owed. */
    private volatile boolean began;

    /** What the current or last callback was for; others than the callback may see it late, and need no more. */
    private volatile @Nullable Event during;

    /** Touched only in the mailbox's turn: what is waited for, and the messages that came too early. */
    private Step waitingFor = Step.NOTHING;

    private @Nullable Queue<Message> held;

    /** Whether the watch has this among what does not hold the event loop. */
    private boolean watched;

    /** Touched only on the home executor. */
    private int broadcastsDropped;

    private enum Step {
        NOTHING,
        JOINING,
        CALLBACK,
        /** A broadcast is on its way to a peer that is behind: nothing of the consumer's. */
        PASSING,
        DECISION
    }

    /** How a stage that was waited for ended: {@code failure} is null for a normal end. */
    private record Outcome(@Nullable Throwable failure) {}

    /**
     * Creates the engine of one connection.
     *
     * @param scope the connection
     * @param receiver gives its events
     * @param sender takes its events
     * @param callbacks the consumer
     * @param executor where callbacks run
     */
    public Engine(Scope scope, Receiver receiver, Sender sender, Callbacks<D> callbacks, Executor executor) {
        this.scope = scope;
        this.receiver = receiver;
        this.sender = sender;
        this.callbacks = callbacks;
        this.executor = executor;
        this.atHome = executor == scope.executor();
        this.link = new LayerLink(scope.executor(), this::message);
        this.mailbox = new Mailbox(executor, this::work);
        this.watch = scope.get(CallbackWatch.KEY).orElse(null);
        this.ending = new Ending<>(scope, executor, callbacks, () -> began, () -> during);
    }

    /**
     * Serves the connection.
     *
     * @return completes after {@code disconnect}; exceptionally with the failure that ended the connection
     */
    public CompletionStage<Void> run() {
        scope.closed().whenComplete((nothing, never) -> transportClosed());
        pump();
        return ending.result();
    }

    /** Sends an event to the peer; safe from any thread. The stage completes as the server says, maybe on its thread. */
    public CompletionStage<Void> send(Event given) {
        Event event = given instanceof PassedOn passed ? passed.event(handled()) : given;
        callbacks.sending(event);
        CompletionStage<Void> sent = sender.send(event);
        if (Stages.hasFailed(sent)) {
            return sent; // refused or too late: nothing changed
        }
        if (watch != null && !Stages.isDone(sent)) {
            ending.waitsForPeer(sent);
        }
        if (callbacks.closes(event)) {
            link.leave();
        }
        D completed = callbacks.completed(event);
        if (completed != null) {
            end(completed, null, false);
        }
        return sent;
    }

    /** Returns a stage as one that completes where the callbacks run. */
    public <T> CompletionStage<T> here(CompletionStage<T> stage) {
        return Stages.on(executor, stage);
    }

    /** Returns the connection's channel in its layer. */
    public String channel() {
        return link.channel(callbacks.layer());
    }

    /** Adds the connection to a group. */
    public CompletionStage<Void> join(String group) {
        return link.join(callbacks.layer(), group);
    }

    private @Nullable Message handled() {
        return during instanceof MessageEvent event ? event.message() : null;
    }

    // ---- events in: on whatever thread the receiver completes, one at a time ----

    /** Asks for events unless somebody does already, until there are enough of them here. */
    private void pump() {
        while (roomForEvents() && ASKING.compareAndSet(this, 0, 1)) {
            receive();
        }
    }

    private boolean roomForEvents() {
        return !ending.begun() && (eventsWaiting < MOST_EVENTS || ending.transportClosed());
    }

    private void receive() {
        while (roomForEvents()) {
            CompletionStage<Event> next = receiver.receive();
            if (!Stages.isDone(next)) {
                next.whenComplete(this::arrivedLater);
                return;
            }
            arrived(next.toCompletableFuture().join());
        }
        asking = 0;
    }

    private void arrivedLater(@Nullable Event event, @Nullable Throwable failure) {
        if (event == null) {
            fail(failure == null ? new ChannelsException("receive: no event") : Stages.unwrap(failure));
            return;
        }
        arrived(event);
        receive();
        pump();
    }

    private void arrived(Event event) {
        D ended = callbacks.ended(event);
        if (ended == null) {
            EVENTS_WAITING.incrementAndGet(this);
            mailbox.post(event);
        } else {
            end(ended, null, true);
        }
    }

    /** Leaves the layer ahead of the last event, which may still be behind others that nobody has asked for. */
    private void transportClosed() {
        link.leave();
        if (ending.closeTransport() && eventsWaiting >= MOST_EVENTS) {
            Stages.execute(scope.executor(), this::pump);
        }
    }

    // ---- messages in: on the connection's own executor ----

    private void message(Message message) {
        if (ending.begun()) {
            link.consumed();
        } else if (message instanceof Broadcast broadcast) {
            broadcast(broadcast);
        } else {
            take(message);
        }
    }

    private void broadcast(Broadcast broadcast) {
        Event event = callbacks.broadcast(broadcast);
        if (event == null) {
            link.consumed();
            if (++broadcastsDropped == 1) {
                EngineLog.broadcastDropped(scope, callbacks.consumerClass());
            }
        } else if (opened && isFree() && !callbacks.waitsForBroadcasts()) {
            link.consumed();
            offer(event); // nothing is ahead of it: no turn is needed, and no blocking consumer woken
        } else {
            take(broadcast);
        }
    }

    /** Tells whether no callback is under way and nothing waits for one; on the home executor. */
    private boolean isFree() {
        // what a blocking consumer waits for has its turn until it is there
        return mailbox.idle() && (!atHome || waitingFor == Step.NOTHING && held == null);
    }

    private void take(Message message) {
        if (atHome) {
            mailbox.postHere(message);
        } else {
            mailbox.post(message);
        }
    }

    // ---- callbacks: in the mailbox's turn ----

    private void work() {
        CallbackWatch watching = watch;
        if (watching == null) {
            turn();
            return;
        }
        CallbackWatch.Underway before = atHome ? watching.enter(ending) : null;
        try {
            if (!atHome) {
                watch(watching);
            }
            turn();
        } finally {
            if (atHome) {
                watching.enter(before);
            }
            unwatch(watching);
        }
    }

    private void watch(CallbackWatch watching) {
        if (!watched) {
            watched = true;
            watching.add(ending);
        }
    }

    private void unwatch(CallbackWatch watching) {
        if (watched && waitingFor == Step.NOTHING) {
            watched = false;
            watching.remove(ending);
        }
    }

    private void turn() {
        CallbackOwner before = CallbackOwner.enter(ending);
        if (!atHome) {
            ending.started(Thread.currentThread());
        }
        try {
            Outcome done = outcome;
            if (done != null) {
                outcome = null;
                settle(done.failure());
            }
            for (Object item = next(); item != null; item = next()) {
                perform(item);
            }
        } catch (Throwable e) { // out of a protocol or a layer: the mailbox must live to tell the end
            fail(e);
        } finally {
            if (!atHome) {
                ending.finished(Thread.currentThread());
            }
            CallbackOwner.enter(before);
        }
        if (ending.begun()) {
            finish();
        }
    }

    private void finish() {
        if (waitingFor == Step.NOTHING) {
            ending.disconnect();
        } else {
            ending.startClock();
        }
    }

    private @Nullable Object next() {
        if (waitingFor != Step.NOTHING || ending.told()) {
            return null;
        }
        if (opened && held != null) {
            Message early = held.poll();
            if (early != null) {
                return early;
            }
            held = null;
        }
        return mailbox.poll();
    }

    private void perform(Object item) {
        if (item instanceof Message message) {
            performMessage(message);
        } else {
            performEvent((Event) item);
        }
    }

    private void performEvent(Event event) {
        if (EVENTS_WAITING.getAndDecrement(this) == MOST_EVENTS) {
            Stages.execute(scope.executor(), this::pump);
        }
        if (ending.dropsEvents()) {
            return;
        }
        if (began) {
            DURING.lazySet(this, event);
            call(Step.CALLBACK, () -> callbacks.event(event));
        } else if (!ending.begun()) {
            DURING.lazySet(this, event);
            call(Step.JOINING, this::joinGroups);
        }
    }

    private void performMessage(Message message) {
        if (!opened) {
            hold(message);
            return;
        }
        link.consumed();
        if (ending.begun()) {
            return;
        }
        if (message instanceof Broadcast broadcast) {
            performBroadcast(broadcast);
            return;
        }
        DURING.lazySet(this, new MessageEvent(message));
        call(Step.CALLBACK, () -> callbacks.message(message));
    }

    private void performBroadcast(Broadcast broadcast) {
        Event event = callbacks.broadcast(broadcast);
        if (event == null) {
            return;
        }
        if (callbacks.waitsForBroadcasts()) {
            DURING.lazySet(this, new MessageEvent(broadcast));
            call(Step.PASSING, () -> sender.send(event));
        } else {
            offer(event);
        }
    }

    /** Sends what nobody waits for; whatever hinders it shows in the connection's end. */
    private void offer(Event event) {
        try {
            sender.send(event);
        } catch (Throwable e) { // a sender that middleware wrapped may throw instead of failing its stage
            EngineLog.notSent(scope, event, e);
        }
    }

    private void hold(Message message) {
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.add(message);
    }

    private CompletionStage<Void> joinGroups() {
        CompletionStage<Void> all = Stages.done();
        for (String group : callbacks.groups()) {
            CompletionStage<Void> joined = join(group);
            all = Stages.isDone(joined) ? all : all.thenCombine(joined, (a, b) -> a);
        }
        return all;
    }

    private void call(Step step, Callback callback) {
        waitingFor = step;
        boolean timed = step == Step.CALLBACK && watch != null && watch.timed();
        long start = timed ? System.nanoTime() : 0;
        CompletionStage<Void> stage;
        try {
            stage = Objects.requireNonNull(callback.call(), "a callback returned null (expected: a stage)");
        } catch (Throwable e) {
            handled(timed, start);
            settle(e);
            return;
        }
        if (Stages.isDone(stage)) {
            handled(timed, start);
            settle(null);
            return;
        }
        if (watch != null && step != Step.PASSING) {
            watch(watch);
        }
        stage.whenComplete((nothing, failure) -> {
            handled(timed, start);
            outcome = new Outcome(failure);
            mailbox.wake();
        });
    }

    private void handled(boolean timed, long start) {
        if (timed && watch != null) {
            watch.handled(scope, System.nanoTime() - start);
        }
    }

    @FunctionalInterface
    private interface Callback {
        CompletionStage<Void> call();
    }

    /** Goes on after what was waited for: the first event after the groups, a decision after a failure, else the next item. */
    private void settle(@Nullable Throwable failure) {
        Step step = waitingFor;
        waitingFor = Step.NOTHING;
        if (step == Step.NOTHING || ending.told()) {
            return;
        }
        Event event = during;
        if (failure == null || Stages.unwrap(failure) instanceof ConnectionClosedException) {
            if (step == Step.JOINING && event != null) {
                began = true;
                call(Step.CALLBACK, () -> callbacks.event(event));
            } else {
                if (!opened) { // a write that others must see costs more than to look
                    opened = true;
                }
                endAfter(event);
            }
        } else if ((step == Step.CALLBACK || step == Step.PASSING) && event != null) {
            call(Step.DECISION, () -> callbacks.error(Stages.unwrap(failure), event));
        } else {
            fail(Stages.unwrap(failure));
        }
    }

    private void endAfter(@Nullable Event event) {
        D over = event == null ? null : callbacks.handled(event);
        if (over != null) {
            end(over, null, false);
        }
    }

    // ---- the end ----

    private void fail(Throwable failure) {
        Event farewell = callbacks.farewell(failure);
        end(callbacks.aborted(failure), failure, false);
        if (farewell != null) {
            offer(farewell);
        }
    }

    private void end(D why, @Nullable Throwable failure, boolean eventsCount) {
        if (ending.begin(why, failure, eventsCount)) {
            link.leave();
            if (!mailbox.idle()) {
                ending.startClock();
            }
            mailbox.wake();
        }
    }
}
