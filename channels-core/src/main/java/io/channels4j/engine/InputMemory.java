package io.channels4j.engine;

import io.channels4j.Scope;

/**
 * The memory that the delivered input of one connection occupies. It consists of events that wait for callbacks and
 * bodies that are being collected. A server that limits this memory stores an instance in the scope (guarantee P3).
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface InputMemory {

    /** The scope key under which a server stores its instance. */
    Scope.Key<InputMemory> KEY = new Scope.Key<>("input_memory");

    /**
     * Called when the memory has changed, on any thread, possibly during a callback. Must not call the application.
     *
     * @param change the change in bytes, negative if memory was released
     */
    void held(long change);

    /** Returns true if the server's memory for input is scarce. No event is then read ahead of its callback. */
    boolean isScarce();

    /** Returns true if the server has closed the connection to release memory. Waiting events with a payload are then dropped. */
    boolean isDropped();
}
