package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.frame.FrameWriter;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The events of an application for one WebSocket, checked against its state.
 *
 * <p><b>Threads.</b> Thread-safe. A message on an open connection takes no lock but that of the outbound, if any.
 */
final class WebSocketSender implements Sender {

    private static final AtomicReferenceFieldUpdater<WebSocketSender, Phase> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(WebSocketSender.class, Phase.class, "phase");

    private final WebSocketHandshake handshake;
    private final OutboundQueue outbound;
    private final ConnectionMetrics metrics;
    private final Frames frames;
    private final Owner owner;
    private volatile Phase phase = Phase.CONNECTING;

    /** The response of a refused handshake; guarded by this. */
    private final ResponseWriter response;

    enum Phase {
        /** Nothing is decided. */
        CONNECTING,
        /** A decision is on its way; whoever sends at the same time comes too early. */
        DECIDING,
        /** Refused with a response whose body is not complete. */
        REFUSING,
        REFUSED,
        /** Accepted; from here on the outbound knows whether it is closed. */
        OPEN
    }

    /** Hears what was sent, on the sending thread. */
    interface Owner {

        void accepted();

        /** The response to the handshake is complete, and it is a refusal. */
        void refused();

        /** A close frame is on its way. */
        void closing();
    }

    WebSocketSender(
            WebSocketHandshake handshake,
            OutboundQueue outbound,
            Frames frames,
            ConnectionMetrics metrics,
            Owner owner) {
        this.handshake = handshake;
        this.outbound = outbound;
        this.metrics = metrics;
        this.frames = frames;
        this.response = handshake.responses().refusal();
        this.owner = owner;
    }

    Phase phase() {
        return phase;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        try {
            if (phase == Phase.OPEN) {
                return sendOpen(event);
            }
            return sendConnecting(event);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Void> sendOpen(Event event) {
        if (event instanceof WebSocketSend message) {
            int bytes = message.bytes().length;
            metrics.sending(bytes);
            CompletionStage<Void> sent = outbound.send(frames.of(message));
            metrics.sent(bytes, OutboundQueue.isAdmitted(sent));
            return sent;
        }
        requireUnsealed(event);
        if (event instanceof WebSocketClose close) {
            close(close.status(), "by the application");
            return OutboundQueue.admitted();
        }
        throw unfit(event, "the connection is open", "websocket.send or websocket.close");
    }

    /** Closes an open connection; returns false when it is closed already. */
    boolean close(CloseStatus status, String who) {
        EncodedBytes frame = EncodedBytes.of(FrameWriter.close(status.code(), status.reason()));
        if (!outbound.close(told(status.code(), status.reason(), who), frame)) {
            return false;
        }
        owner.closing();
        return true;
    }

    static String told(int code, String reason, String who) {
        return reason.isEmpty() ? code + ", " + who : code + " " + reason + ", " + who;
    }

    // ---- before the connection is open ----

    private CompletionStage<Void> sendConnecting(Event event) {
        requireUnsealed(event);
        if (event instanceof WebSocketResponseBody part) {
            return refuseBody(part);
        }
        Phase now = phase();
        if (event instanceof WebSocketAccept accept && now == Phase.CONNECTING) {
            return accept(accept, handshake.answer(accept));
        }
        if (event instanceof WebSocketClose && now == Phase.CONNECTING) {
            return refuse(event, 403);
        }
        if (event instanceof WebSocketResponseStart start
                && PHASE.compareAndSet(this, Phase.CONNECTING, Phase.REFUSING)) {
            synchronized (this) {
                response.start(start.status(), start.headers());
            }
            return OutboundQueue.admitted();
        }
        throw now == Phase.REFUSING
                ? unfit(event, "the connection is being refused", "websocket.http.response.body")
                : unfit(event, "the connection is not accepted", "websocket.accept, .close or .http.response.start");
    }

    private CompletionStage<Void> accept(WebSocketAccept accept, OutboundFrame answer) {
        decide(accept);
        CompletionStage<Void> sent = outbound.send(answer);
        phase = Phase.OPEN;
        owner.accepted();
        return sent;
    }

    private CompletionStage<Void> refuse(Event event, int status) {
        decide(event);
        refuse(status);
        return OutboundQueue.admitted();
    }

    private void decide(Event event) {
        if (!PHASE.compareAndSet(this, Phase.CONNECTING, Phase.DECIDING)) {
            throw unfit(event, "another thread decides about the connection", "one decision");
        }
    }

    private synchronized void refuse(int status) {
        response.start(status, Headers.of("content-type", "text/plain; charset=utf-8"));
        outbound.send(response.body(ResponseWriter.text(status), false));
        phase = Phase.REFUSED;
        outbound.close("the handshake was refused with status " + status, null);
        owner.refused();
    }

    private synchronized CompletionStage<Void> refuseBody(WebSocketResponseBody part) {
        if (phase != Phase.REFUSING || !response.started()) {
            throw unfit(part, "no response has started", "websocket.http.response.start");
        }
        CompletionStage<Void> sent = outbound.send(response.body(part.body(), part.more()));
        if (!part.more()) {
            phase = Phase.REFUSED;
            outbound.close("the handshake was refused by the application", null);
            owner.refused();
        }
        return sent;
    }

    /** Refuses in the application's place; returns false when that is too late. */
    boolean refuseUnlessDecided(int status) {
        Phase now = phase();
        boolean undecided = now == Phase.CONNECTING || now == Phase.REFUSING && !headWritten();
        if (!undecided || !PHASE.compareAndSet(this, now, Phase.DECIDING)) {
            return now == Phase.REFUSED;
        }
        refuse(status);
        return true;
    }

    /** Returns the status with which the handshake was refused, or 0. */
    synchronized int refusal() {
        return response.headWritten() ? response.status() : 0;
    }

    private synchronized boolean headWritten() {
        return response.headWritten();
    }

    private void requireUnsealed(Event event) {
        String why = outbound.closeReason();
        if (why != null) {
            throw new ConnectionClosedException(
                    "send %s: connection is closed (%s); nothing was sent".formatted(event.type(), why));
        }
    }

    private static ChannelsException unfit(@Nullable Event event, String state, String expected) {
        String type = event == null ? "" : event.type();
        return new ChannelsException("send %s: %s (expected: %s); nothing was sent".formatted(type, state, expected));
    }
}
