package io.channels4j.engine;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.ConsumerProtocol.Abort;
import io.channels4j.ConsumerProtocol.Effect;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.timer.ConnectionTimers;
import io.channels4j.internal.CallbackStage;
import io.channels4j.internal.SharedEvents;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerNames;
import io.channels4j.layer.Subscriber;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs the consumer of one connection, from the first event to the last.
 *
 * <p>Events from the peer and messages from the layer share one mailbox. Callbacks run one at a time, in arrival order,
 * on the consumer's executor. For an asynchronous consumer, this is the connection's executor; for a blocking one,
 * worker threads. Groups are joined before the first callback, and messages wait until it completes.
 *
 * <p><b>End.</b> The first cause that ends a connection (its last event, the transport, a failure, the application) determines
 * how it ended. The connection leaves the layer immediately. If the peer ended the connection, the events that arrived earlier
 * are still handled. Then {@code disconnect} runs exactly once (guarantee P2). See {@link ConnectionLife} for the states.
 */
public final class Engine implements Subscriber {

    private final Scope scope;
    private final Sender sender;
    private final Callbacks callbacks;
    private final Executor executor;
    private final ConsumerProtocol protocol;
    private final LayerLink link;
    private final ConnectionWork work;
    private final ConnectionLife life;
    private final CallbackLoop loop;
    private final EventReader reader;

    /** The timers, or null if the consumer has started none. Guarded by this. */
    private @Nullable ConnectionTimers timers;

    /** The event after which the connection ends; written before it is posted. */
    private @Nullable Event lastEvent;

    private @Nullable Disconnect lastEventEnd;

    /** Confined to the connection's executor. */
    private int broadcastsDropped;

    /** Null until the first message with a key arrives. Written on the connection's executor, before that message is posted. */
    private @Nullable LatestMessages latest;

    /**
     * Creates the engine of one connection.
     *
     * @param scope the connection
     * @param receiver the source of the peer's events
     * @param sender the sender of events to the peer
     * @param callbacks the consumer
     * @param executor the executor that runs the callbacks
     */
    public Engine(Scope scope, Receiver receiver, Sender sender, Callbacks callbacks, Executor executor) {
        this.scope = scope;
        this.sender = sender;
        this.callbacks = callbacks;
        this.executor = executor;
        this.protocol = callbacks.protocol();
        this.link = new LayerLink(scope.executor(), this);
        this.work = new ConnectionWork(scope, executor, this);
        this.life = new ConnectionLife(scope, callbacks, work);
        this.loop = new CallbackLoop(callbacks, this, life);
        this.reader = new EventReader(
                receiver, scope.executor(), this, scope.get(InputMemory.KEY).orElse(null));
    }

    /**
     * Serves the connection.
     *
     * @return a stage that completes after {@code disconnect}. It completes exceptionally if a failure ended the
     *     connection.
     */
    public CompletionStage<Void> run() {
        scope.closed().whenComplete((ignored, failure) -> transportClosed());
        scope.get(HandledEvents.KEY).ifPresent(HandledEvents::readsAhead);
        reader.read();
        return life.result();
    }

    /** Sends an event to the peer. May be called from any thread. The stage may complete on a server thread. */
    public CompletionStage<Void> send(Event given) {
        Event event = given instanceof DeferredEvent deferred ? deferred.resolve(life.message()) : given;
        Effect effect = protocol.sent(event);
        CompletionStage<Void> sent;
        try {
            sent = sender.send(event);
            if (sent == null) { // user code may be compiled without null checks
                throw new ChannelsException("send: a sender returned null (expected: a stage)");
            }
        } catch (Throwable e) {
            protocol.refused(event);
            throw e;
        }
        if (Stages.isDone(sent)) {
            apply(effect);
        } else if (Stages.hasFailed(sent)) {
            protocol.refused(event);
        } else {
            work.sending(sent);
            apply(effect);
        }
        return sent;
    }

    private void apply(Effect effect) {
        switch (effect.kind()) {
            case NONE -> {}
            case LEAVES_GROUPS -> leave();
            case ENDS, ENDS_WHEN_HANDLED -> end(effect, false);
        }
    }

    /**
     * Returns the timers of the connection. They end before {@code disconnect}.
     *
     * @throws ChannelsException if the first callback has not begun
     */
    public synchronized ConnectionTimers timers() {
        if (timers == null) {
            if (!life.hasBegun()) {
                throw new ChannelsException("timer: %s has not begun (expected: use in callbacks)"
                        .formatted(callbacks.consumerClass().getName()));
            }
            timers = new ConnectionTimers(scope.executor(), loop::post);
        }
        return timers;
    }

    private void closeTimers() {
        ConnectionTimers started;
        synchronized (this) {
            started = timers;
            timers = ConnectionTimers.CLOSED;
        }
        if (started != null) {
            started.close();
        }
    }

    /**
     * Returns a stage that completes on the consumer's executor. If it fails and the callback has dropped it, the failure
     * is logged.
     */
    public <T> CompletionStage<T> onExecutor(CompletionStage<T> stage) {
        return Stages.isDone(stage) ? stage : Stages.on(executor, stage, newStage());
    }

    /** Returns a stage for the current callback. */
    <T> CompletableFuture<T> newStage() {
        return new CallbackStage<>(loop, life.isDisconnecting() ? null : life.event());
    }

    /** Returns the name of the connection's channel in its layer. */
    public String channel() {
        return link.channel(callbacks.layer());
    }

    /**
     * Adds the connection to a group. Has no effect in {@code disconnect}, because the connection has left the layer.
     */
    public CompletionStage<Void> join(String group) {
        if (life.isDisconnecting() && !life.isComplete()) {
            LayerNames.requireGroup(group);
            return Stages.done();
        }
        return link.join(callbacks.layer(), group);
    }

    /** Removes the connection from a group. Has no effect if the connection never had a channel. */
    public CompletionStage<Void> leave(String group) {
        LayerNames.requireGroup(group);
        String channel = link.openChannel();
        return channel == null ? Stages.done() : callbacks.layer().groupDiscard(group, channel);
    }

    /** Returns a set that contains the connection's channel, or is empty if it has none. */
    public Set<String> ownChannels() {
        String channel = link.openChannel();
        return channel == null ? Set.of() : Set.of(channel);
    }

    CompletionStage<Void> joinGroups() {
        CompletionStage<Void> all = Stages.done();
        for (String group : callbacks.groups()) {
            all = Stages.both(all, join(group));
        }
        return all;
    }

    // ---- incoming events: on the thread that reads them ----

    /** Accepts an event. Returns false if the event ended the connection, in which case no callback handles it. */
    boolean received(Event event) {
        Effect effect = protocol.received(event);
        if (effect.kind() == Effect.Kind.ENDS) {
            end(effect, true);
            return false;
        }
        if (effect.kind() == Effect.Kind.ENDS_WHEN_HANDLED) {
            lastEvent = event;
            lastEventEnd = effect.end();
        }
        loop.post(event);
        return true;
    }

    /** Records that an event no longer waits. Returns false if it must be dropped. */
    boolean taken(Event event) {
        return reader.taken(event);
    }

    /** Returns the size of an event's payload in bytes. */
    int payloadBytes(Event event) {
        return protocol.payloadBytes(event);
    }

    void handled(Event event) {
        Disconnect why = lastEventEnd;
        if (event == lastEvent && why != null) {
            end(why, null, false);
        }
    }

    /** Leaves the layer without waiting for the last event, which may still be queued behind others. */
    private void transportClosed() {
        leave();
        if (!life.hasEnded()) {
            life.startClock();
            reader.readRest();
        }
    }

    // ---- incoming messages: on the connection's executor ----

    @Override
    public void message(Message message) {
        if (life.hasEnded()) {
            link.consumed();
        } else if (message instanceof Broadcast broadcast) {
            delivered(broadcast);
        } else {
            post(message);
        }
    }

    @Override
    public boolean replace(Message message, Predicate<Message> accept) {
        return latest != null && latest.replace(message, accept);
    }

    private void post(Message message) {
        if (SharedEvents.latestKey(message) != null) {
            if (latest == null) {
                latest = new LatestMessages();
            }
            latest.add(message);
        } else if (latest != null) {
            latest.passed();
        }
        loop.post(message);
    }

    /** Returns the message to handle in the place of one that was posted. Returns null if there is none. Called in the turn. */
    @Nullable
    Message latest(Message posted) {
        if (SharedEvents.latestKey(posted) == null || latest == null) {
            link.consumed();
            return posted;
        }
        Message message = latest.take(posted);
        if (message == null) {
            link.conflated();
        } else {
            link.consumed();
        }
        return message;
    }

    private void delivered(Broadcast broadcast) {
        Event event = protocol.broadcast(broadcast);
        if (event == null) {
            link.consumed();
            if (++broadcastsDropped == 1) {
                EngineLog.broadcastDropped(scope, callbacks.consumerClass());
            }
        } else if (loop.isFree() && !protocol.waitsForBroadcasts()) {
            link.consumed();
            offer(event); // no item is ahead of it, so it needs no turn and does not wake a blocking consumer
        } else {
            post(broadcast);
        }
    }

    void consumed() {
        link.consumed();
    }

    // ---- outgoing events that the consumer did not send ----

    CompletionStage<Void> pass(Event event) {
        return sender.send(event);
    }

    /** Sends an event and ignores the result. The cause of a failed send also ends the connection. */
    void offer(Event event) {
        try {
            Stages.ignore(sender.send(event));
        } catch (Throwable e) { // a middleware's sender may throw instead of failing its stage
            EngineLog.notSent(scope, event, e);
        }
    }

    // ---- the end ----

    /** Leaves the layer and ends the timers. */
    private void leave() {
        link.leave();
        closeTimers();
    }

    boolean hasEnded() {
        return life.hasEnded();
    }

    void fail(Throwable failure) {
        Abort abort = protocol.failed(failure);
        end(abort.why(), failure, false);
        if (abort.notice() != null) {
            offer(abort.notice());
        }
    }

    private void end(Effect effect, boolean keepsEvents) {
        if (effect.end() != null) {
            end(effect.end(), null, keepsEvents);
        }
    }

    private void end(Disconnect why, @Nullable Throwable failure, boolean keepsEvents) {
        if (life.end(why, failure, keepsEvents)) {
            leave();
            loop.wake();
        }
    }
}
