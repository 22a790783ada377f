package io.channels4j.internal;

import java.util.function.BiConsumer;

/**
 * Implemented by sessions that report the replacement of their id. The connections of such a session can then still be
 * found.
 */
public interface SessionTracking {

    /** Sets the action that is called with the old and the new id after each rotation. It must not block or throw an exception. */
    void onRotation(BiConsumer<String, String> action);
}
