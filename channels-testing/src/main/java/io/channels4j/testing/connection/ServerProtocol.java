package io.channels4j.testing.connection;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one protocol. They define the events that an application may send, and the events that end a connection.
 *
 * <p><b>Threads.</b> The caller must hold the connection's lock. {@link #reportsFailure} does not need it, because it
 * depends only on the event.
 */
interface ServerProtocol {

    /** Records an event that the application sends. Returns the reason for rejecting the event, or null if it is accepted. */
    @Nullable
    ChannelsException sent(Event event);

    /** Returns the last event for the application if the application has ended the connection, otherwise null. */
    @Nullable
    Event last();

    /** Records an event for the application. Returns true if it is the last one. */
    boolean given(Event event);

    /** Returns the last event of a connection that was lost, or null if the protocol has none. */
    @Nullable
    Event lost();

    /** Returns a description of what is missing if the application ends now, or null if nothing is. */
    @Nullable
    String missing();

    /** Records the application's end. Returns the events that a server then sends to the peer. */
    List<Event> ended(@Nullable Throwable failure);

    /** Returns true for an event that servers and base consumers send because of a failure. */
    default boolean reportsFailure(Event event) {
        return false;
    }

    /** Returns the protocol of a scope's type. */
    static ServerProtocol of(String scopeType, List<String> subprotocols) {
        return switch (scopeType) {
            case "websocket" -> new WebSocketServerProtocol(subprotocols);
            case "http" -> new HttpServerProtocol();
            default -> new UncheckedProtocol();
        };
    }
}
