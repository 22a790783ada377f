package io.channels4j.netty.connection;

import io.channels4j.Scope;
import io.channels4j.engine.RoutedScope;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What one connection or request did, told to the listener as it happens and to the access log at the end.
 *
 * <p>{@link #sent}, {@link #dropped} and {@link #queued} are safe from any thread, the others belong to the event loop.
 */
public final class Tally {

    private static final AtomicLongFieldUpdater<Tally> MESSAGES_OUT =
            AtomicLongFieldUpdater.newUpdater(Tally.class, "messagesOut");
    private static final AtomicLongFieldUpdater<Tally> BYTES_OUT =
            AtomicLongFieldUpdater.newUpdater(Tally.class, "bytesOut");

    private final Scope scope;
    private final @Nullable RoutedScope routed;
    private final ServerListener listener;
    private final long started = System.nanoTime();

    private volatile long messagesOut;
    private volatile long bytesOut;
    private long messagesIn;
    private long bytesIn;
    private boolean open;
    private boolean accepted;

    public Tally(Scope scope, ServerListener listener) {
        this.scope = scope;
        this.routed = scope.get(RoutedScope.KEY).orElse(null);
        this.listener = listener;
    }

    /** Returns the scope as routers left it. */
    private Scope scope() {
        return routed == null ? scope : routed.or(scope);
    }

    /** The application is about to be called. */
    public void opened() {
        open = true;
        listener.opened(scope);
    }

    /** The application accepted the WebSocket. */
    public void accepted() {
        if (open && !accepted) {
            accepted = true;
            listener.accepted(scope());
            AccessLog.accepted(scope);
        }
    }

    public void received(int bytes) {
        if (open) {
            messagesIn++;
            bytesIn += bytes;
            listener.received(scope(), bytes);
        }
    }

    public void sent(int bytes) {
        MESSAGES_OUT.incrementAndGet(this);
        BYTES_OUT.addAndGet(this, bytes);
        listener.sent(scope(), bytes);
    }

    public void dropped(Overflow policy, int bytes) {
        listener.dropped(scope(), policy.reason(), bytes);
    }

    public void queued(long change) {
        listener.queued(scope(), change);
    }

    /** It is over; only the first call after {@link #opened} counts. */
    public void closed(int status) {
        if (!open) {
            return;
        }
        open = false;
        ConnectionSummary summary = new ConnectionSummary(
                status, Duration.ofNanos(System.nanoTime() - started), messagesIn, messagesOut, bytesIn, bytesOut);
        listener.closed(scope(), summary);
        AccessLog.closed(scope, summary);
    }
}
