package io.channels4j.netty.connection;

import io.channels4j.Scope;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listener whose failures do no harm to the connections that it is told about, and are logged once. Thread-safe. */
public final class GuardedListener implements ServerListener {

    /** Stands for no listener. */
    public static final ServerListener NONE = new ServerListener() {};

    private final ServerListener listener;
    private final AtomicBoolean failed = new AtomicBoolean();

    public GuardedListener(ServerListener listener) {
        this.listener = listener;
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            if (failed.compareAndSet(false, true)) {
                ServerLog.listenerFailed(listener, e);
            }
        }
    }

    @Override
    public void opened(Scope scope) {
        guard(() -> listener.opened(scope));
    }

    @Override
    public void accepted(Scope scope) {
        guard(() -> listener.accepted(scope));
    }

    @Override
    public void closed(Scope scope, ConnectionSummary summary) {
        guard(() -> listener.closed(scope, summary));
    }

    @Override
    public void refused(String reason) {
        guard(() -> listener.refused(reason));
    }

    @Override
    public void received(Scope scope, int bytes) {
        guard(() -> listener.received(scope, bytes));
    }

    @Override
    public void sent(Scope scope, int bytes) {
        guard(() -> listener.sent(scope, bytes));
    }

    @Override
    public void dropped(Scope scope, String reason, int bytes) {
        guard(() -> listener.dropped(scope, reason, bytes));
    }

    @Override
    public void queued(Scope scope, long change) {
        guard(() -> listener.queued(scope, change));
    }

    @Override
    public void handled(Scope scope, Duration time) {
        guard(() -> listener.handled(scope, time));
    }
}
