package io.channels4j.engine;

import org.jspecify.annotations.Nullable;

/** One connection in the watch of its event loop. All methods but {@link #measured} belong to the mailbox's turn. */
final class WatchEntry {

    private final CallbackWatch watch;
    private final ConnectionLife life;
    private final boolean onEventLoop;
    private boolean listed;

    private WatchEntry(CallbackWatch watch, ConnectionLife life, boolean onEventLoop) {
        this.watch = watch;
        this.life = life;
        this.onEventLoop = onEventLoop;
    }

    /** Returns the entry of a connection; null if its server has no watch. */
    static @Nullable WatchEntry of(ConnectionLife life, boolean onEventLoop) {
        CallbackWatch watch = life.scope().get(CallbackWatch.KEY).orElse(null);
        return watch == null ? null : new WatchEntry(watch, life, onEventLoop);
    }

    /** Begins a turn; returns the connection whose turn it interrupts on the event loop, for {@link #exit}. */
    @Nullable
    ConnectionLife enter() {
        if (onEventLoop) {
            return watch.enter(life);
        }
        list();
        return null;
    }

    /** Ends a turn; {@code idle} if no callback is in progress. */
    void exit(@Nullable ConnectionLife before, boolean idle) {
        if (onEventLoop) {
            watch.enter(before);
        }
        if (listed && idle) {
            listed = false;
            watch.remove(life);
        }
    }

    /** Lists the connection among those with a callback in progress that does not hold the event loop. */
    void list() {
        if (!listed) {
            listed = true;
            watch.add(life);
        }
    }

    /** Returns whether callbacks are measured. */
    boolean measures() {
        return watch.timed();
    }

    /** Reports a callback that began at a time of {@link System#nanoTime()} and is done now. */
    void measured(long start) {
        watch.handled(life.scope(), System.nanoTime() - start);
    }
}
