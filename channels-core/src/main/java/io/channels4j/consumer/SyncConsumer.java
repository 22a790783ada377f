package io.channels4j.consumer;

import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Like {@link AsyncConsumer}, but its callbacks may block.
 *
 * <p>Callbacks run one at a time, in order, on worker threads. By default, these are virtual threads on JDK 24 and
 * later, otherwise a pool of at most 256 threads. An idle connection occupies no thread. While all threads are in use,
 * new connections are refused with {@link OverloadedException} (guarantee P4). In a pool, the callbacks of open
 * connections then wait. Methods that send a message or an event return once the layer or the server has accepted it.
 *
 * <p><b>Threads.</b> A consumer's fields need no synchronization. The sending methods may be called from any thread that may
 * block.
 *
 * <p><b>Failure.</b> If a callback throws an exception, it is passed to {@link #onError}. After the connection ends, a callback
 * that is still running when the close time-out expires is interrupted.
 */
public abstract class SyncConsumer extends AbstractConsumer {

    private static final ClassValue<Handlers> HANDLERS =
            Handlers.table(Handlers.Rules.of(Handles.class, Message.class, Handles::value, false));

    /** Creates a consumer. The handlers of a class are validated when its first instance is created. */
    protected SyncConsumer() {
        HANDLERS.get(getClass());
    }

    /**
     * Handles an event from the peer; see {@link AsyncConsumer#receiveEvent}.
     *
     * @param event the event
     */
    protected void receiveEvent(Event event) {}

    /**
     * Handles the end of the connection; see {@link AsyncConsumer#disconnect}.
     *
     * @param why the close code, the reason and the cause
     */
    protected void disconnect(Disconnect why) {}

    /**
     * Handles the failure of a callback. Return normally to continue with the next callback, or throw an exception to end the
     * connection. For the default, see {@link AsyncConsumer#onError}.
     *
     * @param failure the failure
     * @param during the event whose callback failed
     */
    protected void onError(Throwable failure, Event during) {
        if (toleratesLayerFailure(failure)) {
            return;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw failure instanceof RuntimeException unchecked
                ? unchecked
                : new ChannelsException("callback for %s failed".formatted(during.type()), failure);
    }

    /**
     * Handles a layer message that no {@link Handles} method can handle; see {@link AsyncConsumer#unhandled}.
     *
     * @param message the message
     * @param reason the reason, for logs
     */
    protected void unhandled(Message message, String reason) {
        ignore(message, reason);
    }

    /**
     * Sends a protocol event and waits until it has been admitted to the outbound queue.
     *
     * @param event the event
     * @throws io.channels4j.ConnectionClosedException if the connection is closed
     */
    protected final void sendEvent(Event event) {
        Blocking.await(engine().send(event));
    }

    /**
     * Adds this connection to a group; see {@link AsyncConsumer#groupAdd}.
     *
     * @param group the name of the group
     */
    protected final void groupAdd(String group) {
        Blocking.await(engine().join(group));
    }

    /**
     * Removes this connection from a group.
     *
     * @param group the name of the group
     */
    protected final void groupDiscard(String group) {
        Blocking.await(engine().leave(group));
    }

    /**
     * Sends a message to every member of a group; see {@link AsyncConsumer#groupSend}.
     *
     * @param group the name of the group
     * @param message the message
     */
    protected final void groupSend(String group, Message message) {
        Blocking.await(channelLayer().groupSend(group, message));
    }

    /**
     * Sends a message to every other member of a group; see {@link AsyncConsumer#groupSendOthers}.
     *
     * @param group the name of the group
     * @param message the message
     */
    protected final void groupSendOthers(String group, Message message) {
        Blocking.await(channelLayer().groupSend(group, message, engine().ownChannels()));
    }

    /**
     * Runs an action once after a delay, as a callback of this consumer; see {@link AsyncConsumer#after}. A waiting
     * timer uses no thread.
     *
     * @param delay the delay, zero or more
     * @param action the action, which may block
     * @return the timer
     * @throws IllegalArgumentException if the delay is negative
     */
    protected final Scheduled after(Duration delay, Runnable action) {
        return ScheduledAction.after(this, delay, blocking(action));
    }

    /**
     * Runs an action at a fixed rate, as a callback of this consumer; see {@link AsyncConsumer#every}.
     *
     * @param interval the time between two runs, more than zero
     * @param action the action, which may block
     * @return the timer
     * @throws IllegalArgumentException if the interval is zero or negative
     */
    protected final Scheduled every(Duration interval, Runnable action) {
        return ScheduledAction.every(this, interval, blocking(action));
    }

    private static Supplier<CompletionStage<Void>> blocking(Runnable action) {
        Objects.requireNonNull(action, "action");
        return () -> {
            action.run();
            return Stages.done();
        };
    }

    @Override
    final Executor executor(Scope connection) {
        BlockingExecutor workers = BlockingThreads.from(connection).consumers();
        if (workers.full()) {
            throw new OverloadedException("blocking consumers: all %d threads are in use; %s %s was refused"
                    .formatted(workers.maxThreads(), connection.type(), connection.rawPath()));
        }
        return workers;
    }

    @Override
    final ConsumerCallbacks callbacks() {
        SyncConsumer events = receivesEvents();
        return new ConsumerCallbacks(this, HANDLERS.get(getClass())) {
            @Override
            CompletionStage<Void> protocolEvent(Event event) {
                events.receiveEvent(event);
                return Stages.done();
            }

            @Override
            CompletionStage<Void> unhandled(Message message, String reason) {
                hooks().unhandled(message, reason);
                return Stages.done();
            }

            @Override
            public CompletionStage<Void> error(Throwable failure, Event during) {
                hooks().onError(failure, during);
                return Stages.done();
            }

            @Override
            public CompletionStage<Void> disconnect(Disconnect why) {
                hooks().disconnect(why);
                return Stages.done();
            }
        };
    }

    @Override
    final SyncConsumer hooks() {
        return (SyncConsumer) super.hooks();
    }

    /** Returns the object that receives the peer's events. Base consumers receive them themselves and call their callbacks. */
    private SyncConsumer receivesEvents() {
        return (SyncConsumer) ConsumerProxy.receiver(this, hooks(), "receiveEvent", Event.class);
    }
}
