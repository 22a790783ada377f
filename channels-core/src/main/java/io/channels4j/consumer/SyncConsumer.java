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
import io.channels4j.engine.Handlers;
import io.channels4j.engine.LayerFailures;
import io.channels4j.internal.Stages;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The base of consumers whose callbacks may block.
 *
 * <p>Callbacks run one at a time, in order, on a worker thread: a virtual thread from JDK 24 on, else one of a pool of at most
 * 256. An idle connection holds no thread. While all threads of the pool are taken, new connections are refused with
 * {@link OverloadedException} and those that are open wait for their turn (promise P4). Methods that send return when the
 * layer or the server has what was sent.
 *
 * <p><b>Threads.</b> Fields of a consumer need no locks. The methods that send are safe from any thread that may block.
 *
 * <p><b>Failure.</b> What a callback throws goes to {@link #onError}. A callback that goes on for longer than the close time-out
 * after the connection's end is interrupted.
 */
public abstract class SyncConsumer extends AbstractConsumer {

    private static final ClassValue<Handlers> HANDLERS =
            Handlers.table(Handlers.Rules.of(Handles.class, Handles::value, false));

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected SyncConsumer() {
        HANDLERS.get(getClass());
    }

    /**
     * Takes an event of the peer, in its turn. Base consumers of protocols make it their own callbacks.
     *
     * @param event the event
     */
    protected void receiveEvent(Event event) {}

    /**
     * Tells that the connection is over. It runs exactly once for every connection whose first callback began, whatever
     * happened since (promise P2); by then the groups are left.
     *
     * @param why how it ended
     */
    protected void disconnect(Disconnect why) {}

    /**
     * Decides about the failure of a callback: returns to carry on with the next one, throws to end the connection, on a
     * WebSocket with code 1011.
     *
     * <p>Unless overridden, it throws the failure, but an accepted WebSocket or an open stream goes on when a layer is out of
     * reach or a channel is full: that is counted, and logged once for each outage (promise P5).
     *
     * @param failure what went wrong
     * @param during the event whose callback failed, for a message a {@link io.channels4j.layer.MessageEvent}
     */
    protected void onError(Throwable failure, Event during) {
        if (LayerFailures.is(failure) && currentProtocol().isOpen()) {
            LayerFailures.note(scope(), failure);
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
     * Sends an event of the protocol as it is, and waits until it is admitted.
     *
     * @param event the event
     * @throws io.channels4j.ConnectionClosedException when the connection is closed
     */
    protected final void sendEvent(Event event) {
        Blocking.await(engine().send(event));
    }

    /**
     * Adds this connection to a group until it is discarded or the connection ends.
     *
     * @param group the group's name
     */
    protected final void groupAdd(String group) {
        Blocking.await(engine().join(group));
    }

    /**
     * Takes this connection out of a group.
     *
     * @param group the group's name
     */
    protected final void groupDiscard(String group) {
        Blocking.await(channelLayer().groupDiscard(group, channelName()));
    }

    /**
     * Sends a message to every member of a group, this connection included if it is one.
     *
     * @param group the group's name
     * @param message the message
     */
    protected final void groupSend(String group, Message message) {
        Blocking.await(channelLayer().groupSend(group, message));
    }

    /**
     * Sends a message to every member of a group but this connection.
     *
     * @param group the group's name
     * @param message the message
     */
    protected final void groupSendOthers(String group, Message message) {
        Blocking.await(channelLayer().groupSend(group, message, Set.of(channelName())));
    }

    @Override
    final Executor executor(Scope connection) {
        BlockingExecutor workers = BlockingThreads.from(connection).consumers();
        if (workers.full()) {
            throw new OverloadedException("blocking consumers: all %d threads are taken; %s %s was refused"
                    .formatted(workers.maxThreads(), connection.type(), connection.rawPath()));
        }
        return workers;
    }

    @Override
    final ConsumerCallbacks callbacks() {
        return new ConsumerCallbacks(this, HANDLERS.get(getClass())) {
            @Override
            CompletionStage<Void> protocolEvent(Event event) {
                receiveEvent(event);
                return Stages.done();
            }

            @Override
            public CompletionStage<Void> error(Throwable failure, Event during) {
                onError(failure, during);
                return Stages.done();
            }

            @Override
            public CompletionStage<Void> disconnect(Disconnect why) {
                SyncConsumer.this.disconnect(why);
                return Stages.done();
            }
        };
    }
}
