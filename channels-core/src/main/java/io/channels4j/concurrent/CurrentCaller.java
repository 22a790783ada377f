package io.channels4j.concurrent;

import org.jspecify.annotations.Nullable;

/** Keeps the caller of each thread. */
final class CurrentCaller {

    private static final ThreadLocal<@Nullable Caller[]> CURRENT = ThreadLocal.withInitial(() -> new Caller[1]);

    private CurrentCaller() {}

    static @Nullable Caller get() {
        return CURRENT.get()[0];
    }

    static @Nullable Caller set(@Nullable Caller caller) {
        @Nullable Caller[] slot = CURRENT.get();
        Caller before = slot[0];
        slot[0] = caller;
        return before;
    }
}
