package io.channels4j.internal;

import java.util.function.BiConsumer;

/**
 * Implemented by sessions whose connections must be found by revocations. They report the replacement of their id and the time of their
 * loading.
 */
public interface SessionTracking {

    /** Returns the {@link System#nanoTime} before the session was first requested from the store. */
    long loadedSince();

    /** Makes this a session that was never saved, as for a client with an unknown cookie. Unsaved changes remain. */
    void forget();

    /** Sets the action that is called with the old and the new id after each rotation. It must not block or throw an exception. */
    void onRotation(BiConsumer<String, String> action);
}
