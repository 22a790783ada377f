package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.internal.SharedEncoding;
import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.http.ResponseWriter;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The outbound side of one WebSocket, which also holds the {@linkplain WebSocketState state} of the connection.
 *
 * <p><b>Threads.</b> Thread-safe. Sending a message on an open connection acquires no lock other than that of the outbound queue.
 */
final class WebSocketSender implements Sender {

    private static final AtomicReferenceFieldUpdater<WebSocketSender, WebSocketState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(WebSocketSender.class, WebSocketState.class, "state");

    static final String BY_SERVER = "by the server";

    private final WebSocketHandshake handshake;
    private final OutboundQueue outbound;
    private final @Nullable MessageDeflater deflater;
    private final ConnectionMetrics metrics;
    private final Listener listener;
    private volatile WebSocketState state = WebSocketState.HANDSHAKE;

    /** The response that refuses the handshake, or null. Guarded by this. */
    private @Nullable ResponseWriter refusal;

    /** Notified on the sending thread after a response or a close frame was sent. */
    interface Listener {

        /** Called after a response that accepts the handshake was sent, even if the connection has closed. */
        void accepted();

        /** Called after a response that refuses the handshake was completed. */
        void refused();

        /** Called after a close frame was sent. */
        void closeSent();
    }

    WebSocketSender(
            WebSocketHandshake handshake,
            OutboundQueue outbound,
            @Nullable MessageDeflater deflater,
            ConnectionMetrics metrics,
            Listener listener) {
        this.handshake = handshake;
        this.outbound = outbound;
        this.deflater = deflater;
        this.metrics = metrics;
        this.listener = listener;
    }

    WebSocketState state() {
        return state;
    }

    /** Changes the state. Returns false and changes nothing if the current state does not allow the change. */
    boolean become(WebSocketState next) {
        WebSocketState present = state;
        while (present.allows(next)) {
            if (STATE.compareAndSet(this, present, next)) {
                return true;
            }
            present = state;
        }
        return false;
    }

    /** Changes the state if the current state is the expected one and allows the change. */
    private boolean become(WebSocketState expected, WebSocketState next) {
        return expected.allows(next) && STATE.compareAndSet(this, expected, next);
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        try {
            WebSocketState present = state;
            return present.isHandshake() ? answerHandshake(event, present) : sendOpen(event);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Void> sendOpen(Event event) {
        if (event instanceof WebSocketSend message) {
            return metrics.send(outbound, frame(message), message.bytes().length);
        }
        requireOpenQueue(event);
        if (event instanceof WebSocketClose close) {
            close(close.status(), "by the application");
            return OutboundQueue.admitted();
        }
        throw unexpected(event, "the connection is open", "websocket.send or websocket.close");
    }

    /**
     * Returns the frame for a message. The message is compressed if compression was negotiated and the message is long enough.
     * The frame is shared if the same event is sent to several connections.
     */
    private OutboundFrame frame(WebSocketSend message) {
        MessageDeflater compressing =
                deflater != null && message.bytes().length >= deflater.minBytes() ? deflater : null;
        if (!SharedEncoding.isShared(message)) {
            return compressing == null ? new MessageFrame(message) : new CompressedFrame(message, compressing);
        }
        SharedFrame shared = SharedFrame.of(message);
        if (compressing == null || compressing.keepsContext()) {
            return shared; // a frame that refers to earlier messages of its connection cannot be shared
        }
        return compressing.sharesFrameOf(message.bytes())
                ? shared.compressed()
                : new CompressedFrame(message, compressing);
    }

    /** Closes an open connection. Returns false if it is already closed. */
    boolean close(CloseStatus status, String closedBy) {
        EncodedBytes frame = EncodedBytes.of(FrameWriter.close(status.code(), status.reason()));
        if (!outbound.close(closeReason(status.code(), status.reason(), closedBy), frame)) {
            return false;
        }
        become(WebSocketState.CLOSING);
        listener.closeSent();
        return true;
    }

    /** Returns a description of a close, for error messages. */
    static String closeReason(int code, String reason, String closedBy) {
        return reason.isEmpty() ? code + ", " + closedBy : code + " " + reason + ", " + closedBy;
    }

    // ---- the handshake ----

    private CompletionStage<Void> answerHandshake(Event event, WebSocketState present) {
        requireOpenQueue(event);
        if (event instanceof WebSocketResponseBody part) {
            return sendRefusalBody(part);
        }
        if (present == WebSocketState.HANDSHAKE) {
            if (event instanceof WebSocketAccept accept) {
                return accept(accept, handshake.answer(accept));
            }
            if (event instanceof WebSocketClose) {
                decide(event);
                refuseWith(403);
                return OutboundQueue.admitted();
            }
            if (event instanceof WebSocketResponseStart start && startRefusal(start)) {
                return OutboundQueue.admitted();
            }
        }
        throw present == WebSocketState.REFUSING
                ? unexpected(event, "the connection is being refused", "websocket.http.response.body")
                : unexpected(
                        event, "the connection is not accepted", "websocket.accept, .close or .http.response.start");
    }

    private CompletionStage<Void> accept(WebSocketAccept accept, OutboundFrame answer) {
        decide(accept);
        CompletionStage<Void> sent = outbound.send(new AcceptingFrame(answer));
        become(WebSocketState.ACCEPTED);
        listener.accepted();
        return sent;
    }

    /**
     * Changes the state to {@code ACCEPTED} when the response is written, because the peer may react to the response before
     * {@link #accept} continues on its thread.
     */
    private final class AcceptingFrame implements OutboundFrame {

        private final OutboundFrame answer;

        AcceptingFrame(OutboundFrame answer) {
            this.answer = answer;
        }

        @Override
        public int size() {
            return answer.size();
        }

        @Override
        public boolean droppable() {
            return answer.droppable();
        }

        @Override
        public Object encode(ByteBufAllocator allocator) {
            become(WebSocketState.ACCEPTED);
            return answer.encode(allocator);
        }
    }

    private void decide(Event event) {
        if (!become(WebSocketState.HANDSHAKE, WebSocketState.DECIDING)) {
            throw unexpected(event, "another thread is responding to the handshake", "one response");
        }
    }

    private boolean startRefusal(WebSocketResponseStart start) {
        String date = handshake.responses().date();
        synchronized (this) {
            if (!become(WebSocketState.HANDSHAKE, WebSocketState.REFUSING)) {
                return false;
            }
            refusal = handshake.responses().refusal();
            refusal.start(start.status(), start.headers(), date);
            return true;
        }
    }

    private CompletionStage<Void> sendRefusalBody(WebSocketResponseBody part) {
        CompletionStage<Void> sent;
        synchronized (this) {
            if (state != WebSocketState.REFUSING || refusal == null) {
                throw unexpected(part, "no response has started", "websocket.http.response.start");
            }
            sent = outbound.admit(refusal.body(part.body(), part.more()));
            if (!part.more()) {
                endOutput("the handshake was refused by the application");
            }
        }
        outbound.admissionEnded();
        if (!part.more()) {
            listener.refused();
        }
        return sent;
    }

    /**
     * Refuses the handshake on behalf of the application. Does nothing if the handshake is already refused.
     *
     * @return false if it is too late, because the application has responded or is responding
     */
    boolean refuse(int status) {
        String date = handshake.responses().date();
        synchronized (this) {
            WebSocketState present = state;
            boolean possible = present == WebSocketState.HANDSHAKE
                    || present == WebSocketState.REFUSING && (refusal == null || !refusal.headWritten());
            if (!possible || !become(present, WebSocketState.DECIDING)) {
                return state == WebSocketState.DISCARDING;
            }
            admitRefusal(status, date);
        }
        outputEnded();
        return true;
    }

    private void refuseWith(int status) {
        String date = handshake.responses().date();
        synchronized (this) {
            admitRefusal(status, date);
        }
        outputEnded();
    }

    /** Admits a complete response. The caller holds the lock, and must call {@link #outputEnded} after releasing it. */
    private void admitRefusal(int status, String date) {
        refusal = handshake.responses().refusal();
        outbound.admit(refusal.bare(status, Headers.empty(), date));
        endOutput("the handshake was refused with status " + status);
    }

    /** Stops admitting output. The caller must hold the lock. */
    private void endOutput(String reason) {
        outbound.close(reason, null);
        become(WebSocketState.DISCARDING);
    }

    private void outputEnded() {
        outbound.admissionEnded();
        listener.refused();
    }

    /** Returns the status with which the handshake was refused, or 0 if it was not refused. */
    synchronized int refusalStatus() {
        return refusal != null && refusal.headWritten() ? refusal.status() : 0;
    }

    private void requireOpenQueue(Event event) {
        String reason = outbound.closeReason();
        if (reason != null) {
            throw new ConnectionClosedException(
                    "send %s: connection is closed (%s); nothing was sent".formatted(event.type(), reason));
        }
    }

    private static ChannelsException unexpected(Event event, String state, String expected) {
        return new ChannelsException(
                "send %s: %s (expected: %s); nothing was sent".formatted(event.type(), state, expected));
    }
}
