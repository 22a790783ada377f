package io.channels4j;

import org.jspecify.annotations.Nullable;

/**
 * The rules of a wire protocol for one connection. They determine which events end the connection and how a broadcast
 * is sent. They also determine how the peer is notified of a failure. Implement this interface to write a base consumer
 * for another protocol. The library's base consumers have their own implementations.
 *
 * <p><b>Threads.</b> Each instance serves one connection. Its methods may be called concurrently, from any thread.
 */
public interface ConsumerProtocol {

    /** A protocol whose connections end only when their application completes. */
    ConsumerProtocol ENDLESS = new ConsumerProtocol() {};

    /**
     * The effect of an event on its connection.
     *
     * @param kind the consequence for the connection
     * @param end how the connection ends, or null if it does not end
     */
    record Effect(Kind kind, @Nullable Disconnect end) {

        /** The connection continues. */
        public static final Effect NONE = new Effect(Kind.NONE, null);

        /** The connection has been closed or refused. It leaves its groups immediately and ends once the peer has confirmed. */
        public static final Effect LEAVES_GROUPS = new Effect(Kind.LEAVES_GROUPS, null);

        /** The possible consequences of an event. */
        public enum Kind {
            /** The connection continues. */
            NONE,
            /** The connection leaves its groups. */
            LEAVES_GROUPS,
            /** This event ended the connection. The consumer does not receive the event. */
            ENDS,
            /** The connection ends when the consumer has handled this event. */
            ENDS_WHEN_HANDLED
        }

        /**
         * Returns the effect of an event that ends its connection.
         *
         * @param why the close code, the reason and the cause
         * @return the effect
         */
        public static Effect ends(Disconnect why) {
            return new Effect(Kind.ENDS, why);
        }

        /**
         * Returns the effect of a received event that ends its connection once the consumer has handled it.
         *
         * @param why the close code, the reason and the cause
         * @return the effect
         */
        public static Effect endsWhenHandled(Disconnect why) {
            return new Effect(Kind.ENDS_WHEN_HANDLED, why);
        }
    }

    /**
     * The end of a connection after a failure.
     *
     * @param why how the connection ended, as passed to {@code disconnect}
     * @param notice the event that notifies the peer, or null if the server notifies it
     */
    record Abort(Disconnect why, @Nullable Event notice) {}

    /**
     * Returns whether the connection joins its consumer's groups before the first callback. Called once.
     *
     * @return false for a connection that the protocol refuses; true by default
     */
    default boolean joinsGroups() {
        return true;
    }

    /**
     * Returns the effect of a received event on the connection. The consumer may not have handled earlier events yet.
     *
     * @param event the event
     * @return its effect; {@link Effect#NONE} by default
     */
    default Effect received(Event event) {
        return Effect.NONE;
    }

    /**
     * Returns the size of a received event's payload. The events that wait for the consumer are limited by number and by total
     * size (guarantee P3). At either limit, the server stops reading from the peer.
     *
     * @param event the event
     * @return the size in bytes, always the same for the same event; 0 by default
     */
    default int payloadBytes(Event event) {
        return 0;
    }

    /**
     * Returns the effect of an outgoing event on the connection. Called immediately before the event is passed to the
     * server, because the peer may react before the send returns. The effect applies once the server has accepted the
     * event.
     *
     * @param event the event
     * @return its effect; {@link Effect#NONE} by default
     */
    default Effect sent(Event event) {
        return Effect.NONE;
    }

    /**
     * Reverts the state change that {@link #sent} made for an event, because the server refused the event.
     *
     * @param event the same object that was passed to {@code sent}
     */
    default void refused(Event event) {}

    /**
     * Returns how the connection ends after a failure.
     *
     * @param failure the failure. Its details must not reach the peer.
     * @return how the connection ends, and the event that notifies the peer
     */
    default Abort failed(Throwable failure) {
        return new Abort(Disconnect.of("failure").causedBy(failure), null);
    }

    /**
     * Returns the event that sends a broadcast to the peer.
     *
     * @param broadcast the broadcast
     * @return the event, or null if the connection cannot send a broadcast at present
     */
    default @Nullable Event broadcast(Broadcast broadcast) {
        return null;
    }

    /**
     * Returns whether the next callback waits until a broadcast has been admitted. Implementations should return true
     * if the server's event queue is unbounded. Messages for a slow peer then wait in the connection's channel, whose
     * capacity is limited.
     *
     * @return false by default
     */
    default boolean waitsForBroadcasts() {
        return false;
    }

    /**
     * Returns whether the peer has an open stream and expects no response to the current callback. By default, a layer failure does not end
     * such a connection (guarantee P5).
     *
     * @return false by default
     */
    default boolean isOpen() {
        return false;
    }
}
