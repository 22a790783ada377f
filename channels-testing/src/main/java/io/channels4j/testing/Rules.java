package io.channels4j.testing;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server of one protocol lets an application send, and what it says to both sides at the end.
 *
 * <p><b>Threads.</b> Guarded by the connection's lock.
 */
interface Rules {

    /** Takes note of an event that the application sends; returns why it is refused, or null. */
    @Nullable
    ChannelsException sent(Event event);

    /** Returns the application's last event when what it sent ended the connection, and null otherwise. */
    @Nullable
    Event last();

    /** Takes note of an event for the application; returns whether it is the last one. */
    boolean given(Event event);

    /** Returns the last event when the peer goes without a word, or null when the protocol has none. */
    @Nullable
    Event lost();

    /** Returns what is missing when the application ends now, or null. */
    @Nullable
    String missing();

    /** Takes note of the application's end; returns what a server sends to the peer then. */
    List<Event> ended(@Nullable Throwable failure);

    /** Tells whether an event is what a server or a base consumer sends after a failure. */
    default boolean tellsFailure(Event event) {
        return false;
    }

    /** Returns the rules of a scope's type. */
    static Rules of(String scopeType, List<String> subprotocols) {
        return switch (scopeType) {
            case "websocket" -> new WebSocketRules(subprotocols);
            case "http" -> new HttpRules();
            default -> new FreeRules();
        };
    }
}
