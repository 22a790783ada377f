package io.channels4j.engine;

import io.channels4j.Scope;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the callbacks in progress on the connections of one event loop. The server logs a warning about callbacks that do not
 * complete (see {@link StuckCallbacks}) and can measure those that do.
 *
 * <p>Without measurement, a batch of callbacks that complete synchronously costs two field writes and no clock read.
 * Only callbacks that run on a worker thread or wait for a stage are added to a set.
 *
 * <p><b>Threads.</b> {@link #beat} is confined to the event loop. The other methods are safe from any thread.
 */
public final class CallbackWatch {

    /** The scope key under which a server stores the watch of the connection's event loop. */
    public static final Scope.Key<CallbackWatch> KEY = new Scope.Key<>("callback_watch");

    private static final VarHandle CURRENT;
    private static final VarHandle BEATS;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(CallbackWatch.class, "current", ConnectionLife.class);
            BEATS = MethodHandles.lookup().findVarHandle(CallbackWatch.class, "beats", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable BiConsumer<Scope, Duration> listener;
    private final Set<ConnectionLife> waiting = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Thread loop;

    // Written by the event loop without a barrier, so the watchdog may read outdated values.
    private @Nullable ConnectionLife current;
    private int beats;

    /**
     * Creates the watch for an event loop.
     *
     * @param listener the listener for callback durations, called on the thread that completed the callback. Null
     *     disables measurement.
     */
    public CallbackWatch(@Nullable BiConsumer<Scope, Duration> listener) {
        this.listener = listener;
    }

    /** Counts one iteration of the event loop. */
    public void beat() {
        if (loop == null) {
            loop = Thread.currentThread();
        }
        BEATS.setOpaque(this, beats + 1);
    }

    /** Returns the connection's entry in the watch of its event loop, or null if its server has no watch. */
    static @Nullable Entry entry(ConnectionLife life, boolean onEventLoop) {
        CallbackWatch watch = life.scope().get(KEY).orElse(null);
        return watch == null ? null : watch.new Entry(life, onEventLoop);
    }

    /** One connection on the event loop. All methods except {@link #measured} are called in the mailbox's turn. */
    final class Entry {

        private final ConnectionLife life;
        private final boolean onEventLoop;
        private boolean listed;

        private Entry(ConnectionLife life, boolean onEventLoop) {
            this.life = life;
            this.onEventLoop = onEventLoop;
        }

        /**
         * Begins a turn. Returns the connection whose turn on the event loop is suspended, or null. Pass the result to
         * {@link #exit}.
         */
        @Nullable
        ConnectionLife enter() {
            if (!onEventLoop) {
                list();
                return null;
            }
            ConnectionLife before = current;
            CURRENT.setOpaque(CallbackWatch.this, life);
            return before;
        }

        /** Ends a turn. {@code idle} is true if no callback is in progress. */
        void exit(@Nullable ConnectionLife before, boolean idle) {
            if (onEventLoop) {
                CURRENT.setOpaque(CallbackWatch.this, before);
            }
            if (listed && idle) {
                listed = false;
                waiting.remove(life);
            }
        }

        /** Adds the connection to those with a callback in progress outside the event loop. */
        void list() {
            if (!listed) {
                listed = true;
                waiting.add(life);
                if (life.isComplete()) { // completed before it was added
                    waiting.remove(life);
                }
            }
        }

        /** Returns whether callbacks are measured. */
        boolean measures() {
            return listener != null;
        }

        /** Reports a callback that began at the given {@link System#nanoTime()} and has just completed. */
        void measured(long start) {
            if (listener != null) {
                listener.accept(life.scope(), Duration.ofNanos(System.nanoTime() - start));
            }
        }
    }

    // ---- for the watchdog ----

    @Nullable
    ConnectionLife current() {
        return (ConnectionLife) CURRENT.getOpaque(this);
    }

    int beats() {
        return (int) BEATS.getOpaque(this);
    }

    /** Returns the event loop's thread, or null before its first iteration. */
    @Nullable
    Thread loop() {
        return loop;
    }

    Set<ConnectionLife> waiting() {
        return waiting;
    }

    void remove(ConnectionLife life) {
        waiting.remove(life);
    }
}
