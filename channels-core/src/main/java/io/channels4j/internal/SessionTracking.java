package io.channels4j.internal;

import java.util.function.BiConsumer;

/** Implemented by a session that reports when its id was replaced, so that the connections that use it can still be found. */
public interface SessionTracking {

    /** Sets the action that is called with the old and the new id after each rotation. It must not block or throw an exception. */
    void onRotation(BiConsumer<String, String> action);
}
