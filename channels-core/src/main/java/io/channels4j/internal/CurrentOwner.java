package io.channels4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * Stores, for each thread, the owner of the running callback. The slot is mutable, so that entering a callback takes one look-up instead of
 * two.
 */
final class CurrentOwner {

    static final ThreadLocal<@Nullable CallbackOwner[]> SLOT = ThreadLocal.withInitial(() -> new CallbackOwner[1]);

    private CurrentOwner() {}
}
