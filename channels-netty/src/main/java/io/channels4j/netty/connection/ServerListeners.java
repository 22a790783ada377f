package io.channels4j.netty.connection;

import io.channels4j.Scope;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Combines the listeners of a server. A listener's failure affects neither the connection nor the other listeners. Only the first
 * failure of each listener is logged. Thread-safe.
 */
public final class ServerListeners implements ServerListener {

    /** No listener. */
    public static final ServerListener NONE = new ServerListener() {};

    private final List<Guard> guards;

    /** Calls one listener and logs its first failure. */
    private static final class Guard {

        private final ServerListener listener;
        private final AtomicBoolean failed = new AtomicBoolean();

        Guard(ServerListener listener) {
            this.listener = listener;
        }

        void call(Consumer<ServerListener> callback) {
            try {
                callback.accept(listener);
            } catch (RuntimeException | Error e) {
                if (failed.compareAndSet(false, true)) {
                    ServerLog.listenerFailed(listener, e);
                }
            }
        }
    }

    private ServerListeners(List<Guard> guards) {
        this.guards = guards;
    }

    /** Returns a listener that calls all given listeners, or {@link #NONE} if the list is empty. */
    public static ServerListener of(List<ServerListener> listeners) {
        return listeners.isEmpty()
                ? NONE
                : new ServerListeners(listeners.stream().map(Guard::new).toList());
    }

    private void each(Consumer<ServerListener> callback) {
        for (Guard guard : guards) {
            guard.call(callback);
        }
    }

    @Override
    public void opened(Scope scope) {
        each(listener -> listener.opened(scope));
    }

    @Override
    public void accepted(Scope scope) {
        each(listener -> listener.accepted(scope));
    }

    @Override
    public void closed(Scope scope, ConnectionSummary summary) {
        each(listener -> listener.closed(scope, summary));
    }

    @Override
    public void refused(String reason) {
        each(listener -> listener.refused(reason));
    }

    @Override
    public void received(Scope scope, int bytes) {
        each(listener -> listener.received(scope, bytes));
    }

    @Override
    public void sent(Scope scope, int bytes) {
        each(listener -> listener.sent(scope, bytes));
    }

    @Override
    public void conflated(Scope scope) {
        each(listener -> listener.conflated(scope));
    }

    @Override
    public void dropped(Scope scope, String reason, int bytes) {
        each(listener -> listener.dropped(scope, reason, bytes));
    }

    @Override
    public void queued(Scope scope, long change) {
        each(listener -> listener.queued(scope, change));
    }

    @Override
    public void handled(Scope scope, Duration time) {
        each(listener -> listener.handled(scope, time));
    }
}
