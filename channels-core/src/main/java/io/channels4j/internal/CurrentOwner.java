package io.channels4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * Stores the owner of each thread's running callback. Each thread has a mutable slot. Entering a callback therefore
 * takes one thread-local lookup instead of two.
 */
final class CurrentOwner {

    static final ThreadLocal<@Nullable CallbackOwner[]> SLOT = ThreadLocal.withInitial(() -> new CallbackOwner[1]);

    private CurrentOwner() {}
}
