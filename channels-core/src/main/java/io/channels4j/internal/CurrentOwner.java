package io.channels4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * The owner of the callback that each thread runs. Stored in a mutable slot, so that entering a callback takes one look-up instead of
 * two.
 */
final class CurrentOwner {

    static final ThreadLocal<@Nullable CallbackOwner[]> SLOT = ThreadLocal.withInitial(() -> new CallbackOwner[1]);

    private CurrentOwner() {}
}
