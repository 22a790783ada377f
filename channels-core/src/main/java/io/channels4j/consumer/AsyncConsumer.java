package io.channels4j.consumer;

import io.channels4j.CheckReturnValue;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.internal.Sequence;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The base class for consumers whose callbacks return stages and must not block.
 *
 * <p>Callbacks run one at a time, in order, on the connection's executor, such as an event loop. Each callback starts after the
 * stage of the previous one has completed. Stages returned by this class's methods complete on the same executor. Use {@link
 * io.channels4j.concurrent.Blocking} for blocking work.
 *
 * <p><b>Threads.</b> A consumer's fields need no synchronization. The sending methods may be called from any thread.
 *
 * <p><b>Failure.</b> If a callback throws an exception or its stage fails, the failure is passed to {@link #onError}.
 */
public abstract class AsyncConsumer extends AbstractConsumer {

    private static final ClassValue<Handlers> HANDLERS =
            Handlers.table(Handlers.Rules.of(Handles.class, Message.class, Handles::value, true));

    /** Creates a consumer. The handlers of a class are validated when its first instance is created. */
    protected AsyncConsumer() {
        HANDLERS.get(getClass());
    }

    /**
     * Handles an event from the peer. The base consumer of a protocol overrides this method to call its own callbacks.
     *
     * @param event the event
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> receiveEvent(Event event) {
        return Stages.done();
    }

    /**
     * Handles the end of the connection. Called exactly once for every connection whose first callback was started (guarantee
     * P2), after the connection has left its groups.
     *
     * @param why the close code, the reason and the cause
     * @return a stage that completes when the consumer has released its resources
     */
    @CheckReturnValue
    protected CompletionStage<Void> disconnect(Disconnect why) {
        return Stages.done();
    }

    /**
     * Handles the failure of a callback. To continue with the next callback, complete the returned stage normally. To
     * end the connection, complete it exceptionally. A WebSocket is then closed, by default with code 1011.
     *
     * <p>By default, the connection ends. However, an accepted WebSocket or an open event stream stays open when a
     * layer is unavailable or a channel is full. Such failures are counted, and logged once per outage (guarantee P5).
     *
     * @param failure the failure
     * @param during the event whose callback failed; for a message, a {@link io.channels4j.layer.MessageEvent}
     * @return a stage that completes normally to continue, or exceptionally to end the connection
     */
    @CheckReturnValue
    protected CompletionStage<Void> onError(Throwable failure, Event during) {
        return toleratesLayerFailure(failure) ? Stages.done() : CompletableFuture.failedFuture(failure);
    }

    /**
     * Handles a layer message that has no {@link Handles} method or cannot be bound to the method's parameter. By
     * default, the message is ignored and counted. The first one per class and type is logged, for up to 100 types.
     * Another version of the application may have sent it (guarantee P9). In a worker, this method throws an exception
     * instead. The message is then not lost.
     *
     * @param message the message
     * @param reason the reason, for logs
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> unhandled(Message message, String reason) {
        ignore(message, reason);
        return Stages.done();
    }

    /**
     * Sends a protocol event.
     *
     * @param event the event
     * @return a stage that completes like that of {@link io.channels4j.Sender#send}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendEvent(Event event) {
        return engine().onExecutor(engine().send(event));
    }

    /**
     * Adds this connection to a group. It remains a member until it is removed or ends.
     *
     * @param group the name of the group
     * @return a stage that completes when messages to the group reach this consumer
     */
    @CheckReturnValue
    protected final CompletionStage<Void> groupAdd(String group) {
        return engine().onExecutor(engine().join(group));
    }

    /**
     * Removes this connection from a group.
     *
     * @param group the name of the group
     * @return a stage that completes when later messages to the group no longer reach this consumer
     */
    @CheckReturnValue
    protected final CompletionStage<Void> groupDiscard(String group) {
        return engine().onExecutor(engine().leave(group));
    }

    /**
     * Sends a message to every member of a group, including this connection if it is a member.
     *
     * @param group the name of the group
     * @param message the message
     * @return a stage that completes when the layer has accepted the message
     */
    @CheckReturnValue
    protected final CompletionStage<Void> groupSend(String group, Message message) {
        return engine().onExecutor(channelLayer().groupSend(group, message));
    }

    /**
     * Sends a message to every member of a group except this connection.
     *
     * @param group the name of the group
     * @param message the message
     * @return a stage that completes when the layer has accepted the message
     */
    @CheckReturnValue
    protected final CompletionStage<Void> groupSendOthers(String group, Message message) {
        return engine().onExecutor(channelLayer().groupSend(group, message, engine().ownChannels()));
    }

    /**
     * Returns the completed stage, for callbacks that have nothing to wait for.
     *
     * @return the stage, the same object for every call
     */
    @CheckReturnValue
    protected static CompletionStage<Void> done() {
        return Stages.done();
    }

    /**
     * Runs steps one after the other, on this consumer's executor. Each step begins when the stage of the previous one
     * has completed. The first failure ends the sequence: later steps do not begin.
     *
     * {@snippet class="io.channels4j.consumer.SequenceSnippets" region="inOrder"}
     *
     * @param steps the steps. The values of their stages are ignored. A step that throws an exception has failed.
     * @return a stage that completes when the last step has completed, or exceptionally with the first failure
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    @CheckReturnValue
    protected final CompletionStage<Void> inOrder(Supplier<? extends CompletionStage<?>>... steps) {
        return Sequence.run(scope().executor(), List.of(steps), Supplier::get);
    }

    /**
     * Runs an action once after a delay, as a callback of this consumer. It never runs concurrently with another
     * callback. If it fails, the failure is passed to {@link #onError} with an event of type {@code "timer"}. The timer
     * ends with the connection: no action begins after the connection was closed. It uses no thread.
     *
     * {@snippet class="io.channels4j.consumer.TimerSnippets" region="after"}
     *
     * @param delay the delay, zero or more. The action of a zero delay runs after the current callback.
     * @param action the action. The next callback waits for its stage.
     * @return the timer
     * @throws IllegalArgumentException if the delay is negative
     */
    protected final Scheduled after(Duration delay, Supplier<? extends CompletionStage<?>> action) {
        return ScheduledAction.after(this, delay, action);
    }

    /**
     * Runs an action at a fixed rate, as a callback of this consumer. The first run is one interval from now. See {@link
     * #after} for failures and the end of the timer. A failure that {@link #onError} handles does not end it.
     *
     * <p>Ticks do not queue up. If an action has not completed, or has not had its turn, when the next tick is due, the
     * missed ticks are skipped. The next one is then one interval after the completion of the action.
     *
     * {@snippet class="io.channels4j.consumer.TimerSnippets" region="every"}
     *
     * @param interval the time between two runs, more than zero
     * @param action the action. The next callback waits for its stage.
     * @return the timer
     * @throws IllegalArgumentException if the interval is zero or negative
     */
    protected final Scheduled every(Duration interval, Supplier<? extends CompletionStage<?>> action) {
        return ScheduledAction.every(this, interval, action);
    }

    @Override
    final Executor executor(Scope connection) {
        return connection.executor();
    }

    @Override
    final ConsumerCallbacks callbacks() {
        AsyncConsumer events = receivesEvents();
        return new ConsumerCallbacks(this, HANDLERS.get(getClass())) {
            @Override
            CompletionStage<Void> protocolEvent(Event event) {
                return events.receiveEvent(event);
            }

            @Override
            CompletionStage<Void> unhandled(Message message, String reason) {
                return hooks().unhandled(message, reason);
            }

            @Override
            public CompletionStage<Void> error(Throwable failure, Event during) {
                return hooks().onError(failure, during);
            }

            @Override
            public CompletionStage<Void> disconnect(Disconnect why) {
                return hooks().disconnect(why);
            }
        };
    }

    @Override
    final AsyncConsumer hooks() {
        return (AsyncConsumer) super.hooks();
    }

    /** Returns the object that receives the peer's events. Base consumers receive them themselves and call their callbacks. */
    private AsyncConsumer receivesEvents() {
        return (AsyncConsumer) ConsumerProxy.receiver(this, hooks(), "receiveEvent", Event.class);
    }
}
