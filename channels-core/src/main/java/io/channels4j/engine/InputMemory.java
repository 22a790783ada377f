package io.channels4j.engine;

import io.channels4j.Scope;

/**
 * The memory that the input of one connection occupies after the server has delivered it: events that wait for callbacks, and bodies that
 * are being collected. A server that limits this memory stores an instance in the scope (guarantee P3).
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface InputMemory {

    /** The scope key under which a server stores its instance. */
    Scope.Key<InputMemory> KEY = new Scope.Key<>("input_memory");

    /**
     * Called when the memory has changed. May be called on any thread, also while a callback runs, so it must not call the application.
     *
     * @param change the change in bytes, negative if memory was released
     */
    void held(long change);

    /** Returns whether the server's memory for input is scarce, in which case no event is read ahead of its callback. */
    boolean isScarce();

    /** Returns whether the server has closed the connection to release memory, in which case waiting events with a payload are dropped. */
    boolean isDropped();
}
