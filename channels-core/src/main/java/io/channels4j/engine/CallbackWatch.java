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
 * The callbacks in progress on the connections of one event loop. The server warns of those that do not end
 * ({@link StuckCallbacks}) and may measure the others.
 *
 * <p>A batch of callbacks that are done when they return costs two writes to a field and reads no clock. Only callbacks that leave
 * the event loop, for a worker thread or for a stage, are put into a set.
 *
 * <p><b>Threads.</b> {@link #enter} and {@link #beat} belong to the event loop; the others are safe from any thread.
 */
public final class CallbackWatch {

    /** The key under which a server puts the watch of a connection's event loop into its scope. */
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

    // Written by the event loop without a barrier: the watchdog may see the values late.
    private @Nullable ConnectionLife current;
    private int beats;

    /**
     * Creates the watch of an event loop.
     *
     * @param listener receives the time of each callback, on the thread that completed it; null to measure nothing
     */
    public CallbackWatch(@Nullable BiConsumer<Scope, Duration> listener) {
        this.listener = listener;
    }

    /** Counts one round of the event loop. */
    public void beat() {
        if (loop == null) {
            loop = Thread.currentThread();
        }
        BEATS.setOpaque(this, beats + 1);
    }

    /** Returns whether callbacks are measured. */
    boolean timed() {
        return listener != null;
    }

    void handled(Scope scope, long nanos) {
        if (listener != null) {
            listener.accept(scope, Duration.ofNanos(nanos));
        }
    }

    /** Sets the connection whose callbacks the event loop runs; returns the one before, to be restored. */
    @Nullable
    ConnectionLife enter(@Nullable ConnectionLife now) {
        ConnectionLife before = current;
        CURRENT.setOpaque(this, now);
        return before;
    }

    /** Adds a connection with a callback in progress that does not hold the event loop. */
    void add(ConnectionLife work) {
        waiting.add(work);
    }

    void remove(ConnectionLife work) {
        waiting.remove(work);
    }

    // ---- for the watchdog ----

    @Nullable
    ConnectionLife current() {
        return (ConnectionLife) CURRENT.getOpaque(this);
    }

    int beats() {
        return (int) BEATS.getOpaque(this);
    }

    /** Returns the event loop's thread; null before its first round. */
    @Nullable
    Thread loop() {
        return loop;
    }

    Set<ConnectionLife> waiting() {
        return waiting;
    }
}
