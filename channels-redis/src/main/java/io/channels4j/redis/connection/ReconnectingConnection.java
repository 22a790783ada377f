package io.channels4j.redis.connection;

import io.channels4j.internal.Backoff;
import io.channels4j.internal.Stages;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis that reconnects automatically. If the connection breaks, the commands in flight fail. They are not sent again,
 * because Redis may have executed them.
 *
 * <pre>
 * from                        event                       to            listener
 * NEW                         open                        CONNECTING
 * CONNECTING, RECONNECTING    an attempt succeeds         CONNECTED     connected
 * CONNECTING, RECONNECTING    an attempt fails            RECONNECTING  disconnected
 * CONNECTED                   the connection breaks,      RECONNECTING  disconnected
 *                             or is reset
 * any                         close                       CLOSED
 * </pre>
 *
 * <p>Entering RECONNECTING schedules the next attempt after the back-off delay. A connection that is established after {@link #close} is
 * closed immediately.
 *
 * <p><b>Threads.</b> State changes and listener calls happen on the control thread. {@link #connection}, {@link #isConnected},
 * {@link #failure}, {@link #absence}, {@link #rejectedBy} and {@link #whenConnected} are safe from any thread.
 */
public final class ReconnectingConnection<C extends StatefulConnection<?, ?>> implements AutoCloseable {

    private final Supplier<? extends CompletionStage<? extends C>> connector;
    private final ControlThread control;
    private final Backoff backoff;
    private final Listener<C> listener;
    private volatile State state = State.NEW;
    private volatile @Nullable C connection;

    /** The last connection that rejected a command. */
    private volatile @Nullable C rejecting;

    private volatile Throwable absence = new ConnectionLostException("not connected yet");
    private volatile CompletableFuture<Void> nextConnected = new CompletableFuture<>();
    private int attempts;
    private CompletableFuture<Void> lastClosed = Stages.done();

    private enum State {
        NEW,
        CONNECTING,
        CONNECTED,
        RECONNECTING,
        CLOSED
    }

    /** A listener that is notified of connection changes on the control thread. */
    public interface Listener<C> {

        /** A connection was established. */
        void connected(C connection);

        /** The connection was lost, or an attempt to connect failed. Another attempt follows. */
        void disconnected(Throwable cause);
    }

    public ReconnectingConnection(
            Supplier<? extends CompletionStage<? extends C>> connector,
            ControlThread control,
            Backoff backoff,
            Listener<C> listener) {
        this.connector = connector;
        this.control = control;
        this.backoff = backoff;
        this.listener = listener;
    }

    /** Starts connecting. */
    public void open() {
        control.execute(() -> {
            if (state == State.NEW) {
                state = State.CONNECTING;
                connect(true);
            }
        });
    }

    /** Returns the current connection, or null if there is none. */
    public @Nullable C connection() {
        return connection;
    }

    public boolean isConnected() {
        return connection != null;
    }

    /**
     * Returns the last failure while reconnecting. Null while connected, before the first attempt has ended and after closing.
     */
    public @Nullable Throwable failure() {
        return state == State.RECONNECTING ? absence : null;
    }

    /** Returns why there is no connection. Meaningful only while there is no connection. */
    public Throwable absence() {
        return absence;
    }

    /**
     * Completes immediately if there is a connection, or on the control thread when the next one is established. Never completes after
     * closing.
     */
    public CompletableFuture<Void> whenConnected() {
        // read before the check, because connected() sets the connection before it replaces this future
        CompletableFuture<Void> next = nextConnected;
        return isConnected() ? Stages.done() : next;
    }

    /** Replaces the connection, if there is one, with a new one. */
    public void reset(Throwable cause) {
        C current = connection;
        if (current != null) {
            lost(current, cause);
        }
    }

    /** Replaces a connection with a new one, unless it has been replaced already. */
    public void reset(C broken, Throwable cause) {
        lost(broken, cause);
    }

    /** Replaces a connection that rejected a command without sending it, unless it was replaced before. Safe from any thread. */
    public void rejectedBy(C broken) {
        if (connection == broken && rejecting != broken) {
            rejecting = broken;
            control.execute(() -> lost(broken, new ConnectionLostException("the connection broke")));
        }
    }

    @Override
    public void close() {
        state = State.CLOSED;
        absence = new ConnectionLostException("the layer is closed");
        C open = connection;
        connection = null;
        if (open != null) {
            lastClosed = open.closeAsync();
        }
    }

    /** Completes when the most recently closed connection has finished closing. */
    public CompletableFuture<Void> whenClosed() {
        return lastClosed;
    }

    private void reconnect() {
        connect(true);
    }

    private void connect(boolean repeatIfUnclear) {
        if (state == State.CLOSED) {
            return;
        }
        CompletionStage<? extends C> attempt = connector.get();
        attempt.whenComplete((made, failure) -> control.execute(() -> {
            if (failure == null) {
                connected(made);
            } else if (repeatIfUnclear && RedisFailures.isUnclear(failure)) {
                connect(false); // so that a wrong password is not reported as an unreachable server
            } else {
                disconnected(failure);
            }
        }));
    }

    private void connected(C made) {
        if (state == State.CLOSED) {
            lastClosed = made.closeAsync();
            return;
        }
        state = State.CONNECTED;
        connection = made;
        made.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                control.execute(() -> lost(made, new ConnectionLostException("the connection broke")));
            }
        });
        listener.connected(made);
        CompletableFuture<Void> waiters = nextConnected;
        nextConnected = new CompletableFuture<>();
        waiters.complete(Stages.NOTHING);
        if (!made.isOpen()) {
            lost(made, new ConnectionLostException("the connection broke"));
        }
    }

    private void lost(C broken, Throwable cause) {
        if (connection == broken) {
            connection = null;
            attempts = 0;
            disconnected(cause); // before closeAsync(), which fails the commands in flight with another cause
            lastClosed = broken.closeAsync();
        }
    }

    private void disconnected(Throwable cause) {
        if (state == State.CLOSED) {
            return;
        }
        absence = cause;
        state = State.RECONNECTING;
        listener.disconnected(cause);
        control.schedule(backoff.delay(attempts++, ThreadLocalRandom.current()), this::reconnect);
    }
}
