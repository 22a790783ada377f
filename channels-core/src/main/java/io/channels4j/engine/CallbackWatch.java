package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Scope;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees which callbacks are under way on the connections of one event loop, for the server: it warns of those that do not come back
 * ({@link StuckCallbacks}), and may want to know how long the others took.
 *
 * <p>A batch of callbacks that are done when they return costs two writes to a field and reads no clock. Only what leaves the event
 * loop, for a worker thread or for a stage, is put into a set.
 *
 * <p><b>Threads.</b> {@link #enter} and {@link #beat} belong to the event loop, the others are safe from any thread.
 */
public final class CallbackWatch {

    /** Where a server puts the watch of a connection's event loop. */
    public static final Scope.Key<CallbackWatch> KEY = new Scope.Key<>("callback_watch");

    private static final VarHandle HERE;
    private static final VarHandle BEATS;

    static {
        try {
            HERE = MethodHandles.lookup().findVarHandle(CallbackWatch.class, "here", Underway.class);
            BEATS = MethodHandles.lookup().findVarHandle(CallbackWatch.class, "beats", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable BiConsumer<Scope, Duration> listener;
    private final Set<Underway> elsewhere = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Thread loop;

    // Written by the event loop without a barrier, and read by whoever looks: a little late does no harm.
    private @Nullable Underway here;
    private int beats;

    /** The callbacks of one connection. */
    interface Underway {

        Scope scope();

        Class<?> consumerClass();

        /** Returns what the current or last callback was for, one object for each; null before the first. */
        @Nullable
        Event during();

        /** Returns the method that is at work, as far as that is known without its stack. */
        String method();

        /** Returns the threads that work for the connection. */
        List<Thread> threads();

        /** Tells whether the peer is behind with what was sent to it, for which a callback may wait. */
        boolean waitsForPeer();

        /** Tells whether the connection has ended, so that the close time-out watches it. */
        boolean ending();

        /** Tells whether nothing is called any more. */
        boolean over();
    }

    /**
     * Creates the watch of an event loop.
     *
     * @param listener is told each callback's time, on the thread that completed it; or null, and no time is taken
     */
    public CallbackWatch(@Nullable BiConsumer<Scope, Duration> listener) {
        this.listener = listener;
    }

    /** Shows that the event loop goes round. */
    public void beat() {
        if (loop == null) {
            loop = Thread.currentThread();
        }
        BEATS.setOpaque(this, beats + 1);
    }

    /** Tells whether callbacks' times are asked for. */
    boolean timed() {
        return listener != null;
    }

    void handled(Scope scope, long nanos) {
        if (listener != null) {
            listener.accept(scope, Duration.ofNanos(nanos));
        }
    }

    /** Notes whose callbacks the event loop runs now; returns whose it ran before, to be put back. */
    @Nullable
    Underway enter(@Nullable Underway now) {
        Underway before = here;
        HERE.setOpaque(this, now);
        return before;
    }

    /** Notes that callbacks are under way that do not hold the event loop. */
    void add(Underway work) {
        elsewhere.add(work);
    }

    void remove(Underway work) {
        elsewhere.remove(work);
    }

    // ---- for whoever looks ----

    @Nullable
    Underway here() {
        return (Underway) HERE.getOpaque(this);
    }

    int beats() {
        return (int) BEATS.getOpaque(this);
    }

    /** Returns the event loop's thread; null until it has beaten once. */
    @Nullable
    Thread loop() {
        return loop;
    }

    Set<Underway> elsewhere() {
        return elsewhere;
    }
}
