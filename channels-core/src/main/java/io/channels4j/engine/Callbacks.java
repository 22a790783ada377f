package io.channels4j.engine;

import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the engine calls: one consumer together with its protocol.
 *
 * <p><b>Threads.</b> {@link #event}, {@link #message}, {@link #error} and {@link #disconnect} run one at a time on the
 * consumer's executor; the others may run on any thread.
 *
 * @param <D> how the protocol describes the end of a connection
 */
public interface Callbacks<D> {

    /** Returns the consumer's class, for messages. */
    Class<?> consumerClass();

    /** Returns the layer that the consumer uses. */
    ChannelLayer layer();

    /** Returns the groups to join before the first event. */
    Set<String> groups();

    /** Handles an event of the peer. */
    CompletionStage<Void> event(Event event);

    /** Handles a message of the layer. */
    CompletionStage<Void> message(Message message);

    /** Decides about the failure of a callback: completes normally to carry on, exceptionally to end the connection. */
    CompletionStage<Void> error(Throwable failure, Event during);

    /** Returns the method that handles an event, or the event's type where that is not known; for messages. */
    String method(Event event);

    /** Tells the consumer that its connection is over. */
    CompletionStage<Void> disconnect(D why);

    /** Returns how the connection ended when this arrived event is its last one, and null otherwise. */
    @Nullable
    D ended(Event arrived);

    /** Takes note of an event that is about to be sent. */
    void sending(Event event);

    /** Returns how the connection ended when an event that was sent completes it, and null otherwise. */
    @Nullable
    D completed(Event sent);

    /** Returns how the connection ended when it is over once this event has been handled, and null otherwise. */
    @Nullable
    D handled(Event event);

    /** Tells whether an event that was sent closes or refuses the connection, so that its groups are left. */
    boolean closes(Event sent);

    /** Returns the end of a connection that a failure ended. */
    D aborted(Throwable failure);

    /** Returns the event that tells the peer about a failure, or null when the server does. */
    @Nullable
    Event farewell(Throwable failure);

    /** Returns the event that passes a broadcast to the peer, or null when it cannot take one now. */
    @Nullable
    Event broadcast(Broadcast broadcast);

    /** Tells whether the next callback waits until a broadcast is admitted, as a stream without a bound of its own needs it. */
    boolean waitsForBroadcasts();
}
