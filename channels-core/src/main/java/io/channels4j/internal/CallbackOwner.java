package io.channels4j.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The connection for which a thread runs a callback. {@code Blocking} completes the stages of an asynchronous consumer
 * on the connection's executor. The close time-out can interrupt the connection's blocking work.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface CallbackOwner {

    /**
     * Returns the owner of the callback that is running on the current thread.
     *
     * @return the owner, or null outside of callbacks
     */
    static @Nullable CallbackOwner current() {
        return CurrentOwner.SLOT.get()[0];
    }

    /**
     * Sets the owner of the callback that is running on the current thread.
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

    /** Returns the executor for the connection's callbacks. */
    Executor executor();

    /** Returns the executor for blocking work started by callbacks. */
    Executor blockingExecutor();

    /** Returns a stage for the current callback, which detects that the callback drops it. */
    default <T> CompletableFuture<T> newStage() {
        return new CompletableFuture<>();
    }

    /** Registers a thread that works for the connection. The thread may be interrupted until {@link #finished} is called. */
    void started(Thread worker);

    /** Unregisters a thread after its work is done. If it is the current thread, also clears its interrupt flag. */
    void finished(Thread worker);
}
