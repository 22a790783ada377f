package io.channels4j.engine;

import io.channels4j.Scope;

/**
 * Notifies a server when the application has handled all events of a connection, so that its answers go out before the server closes the
 * connection. An engine reads ahead of its callbacks, so the server cannot infer this from the events that were taken.
 *
 * <p><b>Threads.</b> Implementations are thread-safe.
 */
public interface HandledEvents {

    /** The scope key under which a server stores it. */
    Scope.Key<HandledEvents> KEY = new Scope.Key<>("handled_events");

    /** Called before the first event is read: an event that is taken is then not yet handled. */
    void readsAhead();

    /** Called when the connection has ended and no event before its end is being handled or will be. May be called more than once. */
    void handled();
}
