package io.channels4j.concurrent;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The consumer on whose behalf a thread runs at present. {@link Blocking} completes its stages on the caller's executor, and
 * its work can be interrupted when the caller's connection is over. For those who run consumers.
 *
 * <p><b>Threads.</b> Implementations are thread-safe.
 */
public interface Caller {

    /**
     * Returns the caller of the current thread.
     *
     * @return the caller, or null outside consumers' callbacks
     */
    static @Nullable Caller current() {
        return CurrentCaller.get();
    }

    /**
     * Makes a caller the current one of this thread.
     *
     * @param caller the caller, or null for none
     * @return the caller that was current before, to be put back
     */
    static @Nullable Caller enter(@Nullable Caller caller) {
        return CurrentCaller.set(caller);
    }

    /**
     * Returns where the caller's callbacks run.
     *
     * @return the executor
     */
    Executor executor();

    /**
     * Notes that a thread started to work for the caller; it may be interrupted until {@link #finished}.
     *
     * @param worker the thread
     */
    void started(Thread worker);

    /**
     * Notes that a thread, the current one, no longer works for the caller, and clears an interruption that was meant for that
     * work.
     *
     * @param worker the thread
     */
    void finished(Thread worker);
}
