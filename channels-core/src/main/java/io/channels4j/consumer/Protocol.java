package io.channels4j.consumer;

import io.channels4j.Broadcast;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Sender;
import java.util.Optional;

/**
 * What a base consumer of a wire protocol knows about its events: which one is the last, and what to say when things go
 * wrong. For authors of such base consumers; the ones of this library have theirs.
 *
 * <p><b>Threads.</b> One object for each connection, called from any thread.
 */
public interface Protocol {

    /** A protocol whose connections end only when their application ends. */
    Protocol ENDLESS = event -> Optional.empty();

    /**
     * Takes the connection's sender before the first callback, for what the protocol itself has to say, such as a heartbeat.
     *
     * @param sender the sender; what goes there is not told to the other methods of this protocol
     */
    default void started(Sender sender) {}

    /**
     * Tells whether an event that has just arrived is the connection's last one.
     *
     * @param arrived the event; others that came before may still wait for their turn
     * @return how the connection ended, or empty for any other event
     */
    Optional<Disconnect> ended(Event arrived);

    /**
     * Takes note of an event that is about to be sent; what depends on it may come back before the send has returned.
     *
     * @param event the event, which the server may still refuse
     */
    default void sending(Event event) {}

    /**
     * Tells whether an event that was sent completes the connection, as the last part of an HTTP response does.
     *
     * @param sent the event
     * @return how the connection ended, or empty for any other event
     */
    default Optional<Disconnect> completed(Event sent) {
        return Optional.empty();
    }

    /**
     * Tells whether the connection is over once an event has been handled, as a worker's is after its message.
     *
     * @param event the event, whose callback and error hook are done
     * @return how the connection ended, or empty for any other event
     */
    default Optional<Disconnect> handled(Event event) {
        return Optional.empty();
    }

    /**
     * Tells whether an event that was sent refuses or closes the connection, so that its groups are left at once. It is asked about
     * every event, once.
     *
     * @param sent the event
     * @return whether it does
     */
    default boolean closes(Event sent) {
        return false;
    }

    /**
     * Returns how a connection ended that a failure ends.
     *
     * @param failure the failure
     * @return how it ended
     */
    default Disconnect aborted(Throwable failure) {
        return Disconnect.of("failure").causedBy(failure);
    }

    /**
     * Returns the event that tells the peer about a failure.
     *
     * @param failure the failure, of which nothing may reach the peer
     * @return the event, or empty to leave it to the server
     */
    default Optional<Event> farewell(Throwable failure) {
        return Optional.empty();
    }

    /**
     * Returns the event that passes a broadcast to the peer.
     *
     * @param broadcast the broadcast
     * @return the event, or empty when the connection cannot take one now
     */
    default Optional<Event> broadcast(Broadcast broadcast) {
        return Optional.empty();
    }

    /**
     * Tells whether the connection can go on although the layer failed in a callback: its peer has an open stream and waits for no
     * answer of this callback (promise P5).
     *
     * @return whether it can; false unless overridden
     */
    default boolean survivesLayerFailures() {
        return false;
    }

    /**
     * Tells whether the next callback waits until a broadcast is admitted. A protocol whose server lets events wait without a bound
     * needs that, so that a slow peer fills its channel and not the memory.
     *
     * @return whether it does; false unless overridden
     */
    default boolean waitsForBroadcasts() {
        return false;
    }
}
