package io.channels4j.consumer;

import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.engine.Handlers;
import io.channels4j.engine.LayerFailures;
import io.channels4j.internal.Stages;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The base of consumers whose callbacks return stages and must not block.
 *
 * <p>Callbacks run one at a time, in order, on the connection's executor, such as an event loop; the next one runs when the
 * stage of the one before has completed. Stages that this class's methods return complete there too. Blocking work goes
 * through {@link io.channels4j.concurrent.Blocking}.
 *
 * <p><b>Threads.</b> Fields of a consumer need no locks. The methods that send are safe from any thread.
 *
 * <p><b>Failure.</b> What a callback throws, or what its stage fails with, goes to {@link #onError}.
 */
public abstract class AsyncConsumer extends AbstractConsumer {

    private static final ClassValue<Handlers> HANDLERS =
            Handlers.table(Handlers.Rules.of(Handles.class, Handles::value, true));

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected AsyncConsumer() {
        HANDLERS.get(getClass());
    }

    /**
     * Takes an event of the peer, in its turn. Base consumers of protocols make it their own callbacks.
     *
     * @param event the event
     * @return completes when the next callback may run
     */
    protected CompletionStage<Void> receiveEvent(Event event) {
        return Stages.done();
    }

    /**
     * Tells that the connection is over. It runs exactly once for every connection whose first callback began, whatever
     * happened since (promise P2); by then the groups are left.
     *
     * @param why how it ended
     * @return completes when all is cleared up
     */
    protected CompletionStage<Void> disconnect(Disconnect why) {
        return Stages.done();
    }

    /**
     * Decides about the failure of a callback: completes normally to carry on with the next one, exceptionally to end the
     * connection, on a WebSocket with code 1011.
     *
     * <p>Unless overridden, the connection ends, but an accepted WebSocket or an open stream goes on when a layer is out of
     * reach or a channel is full: that is counted, and logged once for each outage (promise P5).
     *
     * @param failure what went wrong
     * @param during the event whose callback failed, for a message a {@link io.channels4j.layer.MessageEvent}
     * @return the decision
     */
    protected CompletionStage<Void> onError(Throwable failure, Event during) {
        if (LayerFailures.is(failure) && currentProtocol().isOpen()) {
            LayerFailures.note(scope(), failure);
            return Stages.done();
        }
        return CompletableFuture.failedFuture(failure);
    }

    /**
     * Sends an event of the protocol as it is.
     *
     * @param event the event
     * @return as {@link io.channels4j.Sender#send}
     */
    protected final CompletionStage<Void> sendEvent(Event event) {
        return engine().onExecutor(engine().send(event));
    }

    /**
     * Adds this connection to a group until it is discarded or the connection ends.
     *
     * @param group the group's name
     * @return completes when messages to the group reach this consumer
     */
    protected final CompletionStage<Void> groupAdd(String group) {
        return engine().onExecutor(engine().join(group));
    }

    /**
     * Takes this connection out of a group.
     *
     * @param group the group's name
     * @return completes when messages that are sent from now on do not reach this consumer through the group
     */
    protected final CompletionStage<Void> groupDiscard(String group) {
        return engine().onExecutor(channelLayer().groupDiscard(group, channelName()));
    }

    /**
     * Sends a message to every member of a group, this connection included if it is one.
     *
     * @param group the group's name
     * @param message the message
     * @return completes when the layer has the message
     */
    protected final CompletionStage<Void> groupSend(String group, Message message) {
        return engine().onExecutor(channelLayer().groupSend(group, message));
    }

    /**
     * Sends a message to every member of a group but this connection.
     *
     * @param group the group's name
     * @param message the message
     * @return completes when the layer has the message
     */
    protected final CompletionStage<Void> groupSendOthers(String group, Message message) {
        return engine().onExecutor(channelLayer().groupSend(group, message, Set.of(channelName())));
    }

    @Override
    final Executor executor(Scope connection) {
        return connection.executor();
    }

    @Override
    final ConsumerCallbacks callbacks() {
        return new ConsumerCallbacks(this, HANDLERS.get(getClass())) {
            @Override
            CompletionStage<Void> protocolEvent(Event event) {
                return receiveEvent(event);
            }

            @Override
            public CompletionStage<Void> error(Throwable failure, Event during) {
                return onError(failure, during);
            }

            @Override
            public CompletionStage<Void> disconnect(Disconnect why) {
                return AsyncConsumer.this.disconnect(why);
            }
        };
    }
}
