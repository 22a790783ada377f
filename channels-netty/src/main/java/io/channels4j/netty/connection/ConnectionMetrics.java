package io.channels4j.netty.connection;

import io.channels4j.Scope;
import io.channels4j.engine.RoutedScope;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.log.AccessLog;
import io.channels4j.netty.outbound.QueuedBytesListener;
import io.channels4j.netty.settings.Overflow;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What one connection or request did, told to the listener as it happens and to the access log at the end.
 *
 * <p>{@link #sending}, {@link #sent}, {@link #dropped} and {@link #queued} are safe from any thread, the others belong to the event loop.
 */
public final class ConnectionMetrics implements QueuedBytesListener {

    private static final AtomicLongFieldUpdater<ConnectionMetrics> MESSAGES_OUT =
            AtomicLongFieldUpdater.newUpdater(ConnectionMetrics.class, "messagesOut");
    private static final AtomicLongFieldUpdater<ConnectionMetrics> BYTES_OUT =
            AtomicLongFieldUpdater.newUpdater(ConnectionMetrics.class, "bytesOut");

    private final Scope scope;
    private final @Nullable RoutedScope routed;
    private final ServerListener listener;
    private final boolean listened;
    private final EventLoopState loop;
    private final long started = System.nanoTime();

    /** What other threads than the event loop's sent. */
    private volatile long messagesOut;

    private volatile long bytesOut;

    // The event loop's own
    private long messagesOutHere;
    private long bytesOutHere;
    private long messagesIn;
    private long bytesIn;
    private boolean open;
    private boolean accepted;

    public ConnectionMetrics(Scope scope, ServerListener listener, EventLoopState loop) {
        this.scope = scope;
        this.routed = scope.get(RoutedScope.KEY).orElse(null);
        this.listener = listener;
        this.listened = listener != GuardedListener.NONE;
        this.loop = loop;
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
            if (listened) {
                listener.received(scope(), bytes);
            }
        }
    }

    /** Counts a message that is about to be sent: when it is, the peer may have it and be gone before its sender goes on. */
    public void sending(int bytes) {
        count(1, bytes);
    }

    /** Tells of a message that was sent, or takes back that it was counted. */
    public void sent(int bytes, boolean admitted) {
        if (!admitted) {
            count(-1, -bytes);
        } else if (listened) {
            listener.sent(scope(), bytes);
        }
    }

    private void count(int messages, int bytes) {
        if (loop.executor().inEventLoop()) { // nearly always, and then it costs no barrier
            messagesOutHere += messages;
            bytesOutHere += bytes;
        } else {
            MESSAGES_OUT.addAndGet(this, messages);
            BYTES_OUT.addAndGet(this, bytes);
        }
    }

    public void dropped(Overflow policy, int bytes) {
        listener.dropped(scope(), policy.reason(), bytes);
    }

    @Override
    public void queued(long change) {
        listener.queued(scope(), change);
    }

    /** It is over; only the first call after {@link #opened} counts. */
    public void closed(int status) {
        if (!open) {
            return;
        }
        open = false;
        Duration time = Duration.ofNanos(System.nanoTime() - started);
        ConnectionSummary summary = new ConnectionSummary(
                status, time, messagesIn, messagesOut + messagesOutHere, bytesIn, bytesOut + bytesOutHere);
        listener.closed(scope(), summary);
        AccessLog.closed(scope, summary);
    }
}
