package io.channels4j.internal;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The connection on whose behalf a thread runs a callback. {@code Blocking} completes its stages on the connection's executor, and the
 * connection's end can interrupt the blocking work.
 *
 * <p><b>Threads.</b> Implementations are thread-safe.
 */
public interface CallbackOwner {

    /**
     * Returns the owner of the callback that the current thread runs.
     *
     * @return the owner, or null outside of callbacks
     */
    static @Nullable CallbackOwner current() {
        return CurrentOwner.SLOT.get()[0];
    }

    /**
     * Sets the owner of the callback that the current thread runs.
     *
     * @param owner the owner, or null for none
     * @return the previous owner, to be restored after the callback
     */
    static @Nullable CallbackOwner enter(@Nullable CallbackOwner owner) {
        @Nullable CallbackOwner[] slot = CurrentOwner.SLOT.get();
        CallbackOwner before = slot[0];
        slot[0] = owner;
        return before;
    }

    /** Returns the executor of the connection's callbacks. */
    Executor executor();

    /** Returns the executor of the blocking work that callbacks start. */
    Executor blockingExecutor();

    /** Registers a thread that works for the connection; it may be interrupted until {@link #finished}. */
    void started(Thread worker);

    /** Removes the current thread after its work is done and clears an interrupt that was meant for that work. */
    void finished(Thread worker);
}
