package io.channels4j.engine;

import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The engine's view of one consumer.
 *
 * <p><b>Threads.</b> {@link #event}, {@link #message}, {@link #error} and {@link #disconnect} run on the consumer's
 * executor, normally one at a time. The other methods may run on any thread.
 */
public interface Callbacks {

    /** Returns the consumer's class, for log messages. */
    Class<?> consumerClass();

    /** Returns the rules of the connection's protocol; always the same object. */
    ConsumerProtocol protocol();

    /** Returns the layer that the consumer uses. */
    ChannelLayer layer();

    /** Returns the groups to join before the first event. */
    Set<String> groups();

    /** Handles an event from the peer. */
    CompletionStage<Void> event(Event event);

    /** Handles a message from the layer. */
    CompletionStage<Void> message(Message message);

    /** Handles the failure of a callback. The stage completes normally to continue, or exceptionally to end the connection. */
    CompletionStage<Void> error(Throwable failure, Event during);

    /** Notifies the consumer that its connection has ended. */
    CompletionStage<Void> disconnect(Disconnect why);

    /**
     * Returns the name of the method that handles an event, for log messages. Returns the event's type if the method is
     * unknown.
     */
    String method(Event event);
}
