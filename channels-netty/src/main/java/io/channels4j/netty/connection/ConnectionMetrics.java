package io.channels4j.netty.connection;

import io.channels4j.Scope;
import io.channels4j.engine.RoutedScope;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.log.AccessLog;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.outbound.QueuedBytesListener;
import io.channels4j.netty.settings.SlowConsumerPolicy;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The activity of one connection or request. It is reported to the server listener and in the access log.
 *
 * <p>{@link #send}, {@link #sent}, {@link #count}, {@link #dropped} and {@link #queued} may be called from any thread.
 * The other methods may be called only on the event loop.
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

    // Messages and bytes sent by threads other than the event loop
    private volatile long messagesOut;

    private volatile long bytesOut;

    // Confined to the event loop
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
        this.listened = listener != ServerListeners.NONE;
        this.loop = loop;
    }

    /** Returns the scope, with its route if it has one. */
    private Scope scope() {
        return routed == null ? scope : routed.or(scope);
    }

    /** Reports the start of the connection or request. */
    public void opened() {
        open = true;
        listener.opened(scope);
    }

    /** Reports that the application accepted the WebSocket. Only the first call after {@link #opened} has an effect. */
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

    /**
     * Sends a frame that contains a message. Counts the message unless the frame is dropped or rejected.
     *
     * @param bytes the size of the message
     */
    public CompletionStage<Void> send(OutboundQueue outbound, OutboundFrame frame, int bytes) {
        // counted first, because the peer may receive the message and disconnect before this thread continues
        count(1, bytes);
        CompletionStage<Void> sent = outbound.send(frame);
        sent(bytes, OutboundQueue.isAdmitted(sent));
        return sent;
    }

    /** Reports a sent message to the listener, or reverts its count if the message was not admitted. */
    public void sent(int bytes, boolean admitted) {
        if (!admitted) {
            count(-1, -bytes);
        } else if (listened) {
            listener.sent(scope(), bytes);
        }
    }

    /** Adds to the counts of sent messages and bytes without calling the listener. */
    public void count(int messages, int bytes) {
        if (loop.executor().inEventLoop()) { // the usual case, which needs no atomic update
            messagesOutHere += messages;
            bytesOutHere += bytes;
        } else {
            MESSAGES_OUT.addAndGet(this, messages);
            BYTES_OUT.addAndGet(this, bytes);
        }
    }

    public void conflated() {
        listener.conflated(scope());
    }

    public void dropped(SlowConsumerPolicy policy, int bytes) {
        listener.dropped(scope(), policy.reason(), bytes);
    }

    @Override
    public void queued(long change) {
        listener.queued(scope(), change);
    }

    /** Reports the end of the connection or request. Only the first call after {@link #opened} has an effect. */
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
