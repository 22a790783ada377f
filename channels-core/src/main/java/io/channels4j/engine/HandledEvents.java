package io.channels4j.engine;

import io.channels4j.Scope;

/**
 * Notifies a server when the application has handled all events of a connection. The server can then send the
 * application's responses before it closes the connection. An engine reads ahead of its callbacks. An event that it has
 * read need not have been handled.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface HandledEvents {

    /** The scope key under which a server stores its instance. */
    Scope.Key<HandledEvents> KEY = new Scope.Key<>("handled_events");

    /** Called before the first event is read. From then on, an event that has been read has not necessarily been handled. */
    void readsAhead();

    /**
     * Called when the connection has ended and all earlier events have been handled or dropped. May be called more than
     * once.
     */
    void handled();
}
