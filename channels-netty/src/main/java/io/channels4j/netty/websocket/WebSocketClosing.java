package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.websocket.CloseStatus;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end of one WebSocket (RFC 6455 §7). This class handles the closing handshake, the half-close of the transport,
 * and the disconnection of slow peers. The {@link WebSocketSender} holds the state of the connection.
 *
 * <p>Confined to its event loop, except for {@link #handled}.
 */
final class WebSocketClosing {

    /** The reason why no more output is admitted once the peer has left. */
    static final String LEFT = "1006, the peer left";

    /**
     * The time limit for writing the last output of a refused or dropped connection. Ticks are up to a second apart, so it may
     * take up to two seconds.
     */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final ServerContext server;
    private final Scope scope;
    private final Channel channel;
    private final EventLoopState loop;
    private final WebSocketSender sender;
    private final OutboundQueue outbound;
    private final WebSocketInput input;
    private final WebSocketTimers timers;

    /** The close code for the listener, or 0 until the handshake is accepted. */
    private int closeCode;

    /**
     * The end of the peer's input. Null unless the application must handle earlier messages before the server replies.
     */
    private volatile @Nullable PeerEnd unanswered;

    private @Nullable HalfClose lingering;
    private @Nullable Throwable failure;

    /** True after the peer's close frame, which is the last frame it may send. */
    private boolean closeReceived;

    WebSocketClosing(
            ServerContext server,
            Scope scope,
            Channel channel,
            EventLoopState loop,
            WebSocketSender sender,
            OutboundQueue outbound,
            WebSocketInput input,
            WebSocketTimers timers) {
        this.server = server;
        this.scope = scope;
        this.channel = channel;
        this.loop = loop;
        this.sender = sender;
        this.outbound = outbound;
        this.input = input;
        this.timers = timers;
    }

    /** Records that the handshake was accepted. Returns false if this was already recorded. */
    boolean accepted() {
        if (closeCode != 0) {
            return false;
        }
        closeCode = CloseStatus.ABNORMAL_CODE;
        return true;
    }

    /** Returns the close code for the listener, or the status of the refused handshake. */
    int code() {
        return closeCode == 0 ? sender.refusalStatus() : closeCode;
    }

    boolean hasFailed() {
        return failure != null;
    }

    // ---- the handshake ----

    void handshakeTimedOut(ChannelsException timedOut) {
        failure = timedOut;
        refuse(503);
    }

    /** Refuses the handshake. Closes the channel if it is too late for a response. */
    void refuse(int status) {
        if (!sender.refuse(status)) {
            outbound.closeChannel();
        }
    }

    /** Continues after a response that refuses the handshake was sent. */
    void refused() {
        input.end(PeerEnd.refused(failure));
        discardInput(LINGER);
        outbound.whenFlushed(this::linger);
    }

    // ---- the closing handshake ----

    /** Continues after the server sent a close frame on behalf of itself or the application. */
    void closeSent() {
        if (unanswered != null) { // the application's close frame is the reply
            closeAfterOutput();
        } else if (!timers.isClosing()) {
            closeWithin(server.timeouts().close());
        }
        input.read();
    }

    /**
     * Handles the end of the peer's input. The application handles messages that arrived together with it before the
     * server sends its close frame.
     */
    void peerEnded(PeerEnd end) {
        closeReceived = end.complete();
        if (input.follows() && sender.become(WebSocketState.ANSWERING)) {
            closeCode = end.code();
            unanswered = end;
            closeWithin(server.timeouts().close());
            input.end(end.disconnect());
            return;
        }
        if (outbound.close(end.closeReason(), end.answer()) || end.complete()) {
            closeCode = end.code();
        }
        input.end(end.disconnect());
        discardInput(server.timeouts().close());
        // Closing the socket loses no output if the peer sent nothing after its close frame.
        boolean closesDirectly = end.complete() && channel instanceof DuplexChannel && !input.holdsBytes();
        outbound.whenFlushed(closesDirectly ? outbound::closeChannel : this::linger);
    }

    /** Sends the reply to the peer's end if the application has handled all messages before it. Any thread. */
    void handled() {
        PeerEnd end = unanswered;
        if (end != null && outbound.close(end.closeReason(), end.answer())) {
            loop.run(this::closeAfterOutput);
        }
    }

    private void closeAfterOutput() {
        discardInput(server.timeouts().close());
        outbound.whenFlushed(this::linger);
        input.read();
    }

    /**
     * Handles the close time-out.
     *
     * @param now the event loop's current time
     */
    void timedOut(long now) {
        WebSocketState state = sender.state();
        if (state == WebSocketState.ANSWERING) {
            handled(); // the application takes too long
        } else if (state == WebSocketState.CLOSING && timers.isReceiving(now)) {
            closeAfterOutput(); // the peer may read the close frame only after it has sent everything
        } else {
            outbound.closeChannel();
        }
    }

    // ---- without a closing handshake ----

    /** Closes the connection without waiting for its output. */
    void drop(CloseStatus status, String reason) {
        if (!channel.isActive() || sender.state().isEnding()) {
            outbound.closeChannel();
            return;
        }
        ServerLog.slowConsumer(scope, reason);
        outbound.discard(reason);
        failure = new ChannelsException(reason);
        input.end(PeerEnd.lost(failure));
        discardInput(LINGER);
        timers.cutAt(server.nanoTime().getAsLong() + LINGER.toNanos());
        if (closeCode != 0) {
            closeCode = status.code();
            outbound.sendUrgent(FrameWriter.close(status.code(), status.reason()));
        }
        outbound.whenFlushed(this::linger);
    }

    /** Closes the channel, and reports the first failure to the application. */
    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        outbound.closeChannel();
    }

    // ---- the half-closed transport ----

    private void discardInput(Duration limit) {
        boolean disconnected = sender.state() == WebSocketState.DISCONNECTED;
        sender.become(disconnected ? WebSocketState.CLOSED : WebSocketState.DISCARDING);
        closeWithin(limit);
    }

    /**
     * Sets the close time-out. Reads the clock, because the loop's time is that of the last tick and may be outdated.
     */
    private void closeWithin(Duration limit) {
        timers.closeAt(server.nanoTime().getAsLong() + limit.toNanos());
    }

    private void linger() {
        if (sender.state() == WebSocketState.DISCARDING && lingering == null) {
            closeWithin(HalfClose.MAX_TIME);
            boolean mayBeSending = closeCode != 0 && !closeReceived;
            lingering = mayBeSending ? HalfClose.startAfterPause(channel, loop) : HalfClose.start(channel, loop);
        }
    }

    /** If the server has half-closed the transport, takes ownership of a message from the peer and returns true. */
    boolean discards(Object message) {
        if (lingering == null) {
            return false;
        }
        lingering.discard(message);
        return true;
    }

    /** Handles the peer's half-close. */
    void inputShutDown() {
        input.shutDown();
        limitHeldInput();
    }

    /** Limits the time for which input from before the peer's half-close may stay unread. */
    void limitHeldInput() {
        if (input.isShutDown() && sender.state() == WebSocketState.OPEN && !timers.isClosing()) {
            closeWithin(server.timeouts().close());
        }
    }

    /**
     * Ends the connection, unless it is already ending or its handshake is being accepted. On HTTP/2, the application first
     * answers a pending handshake, and the stream ends only after all output has been sent.
     */
    void inputEnded() {
        WebSocketState state = sender.state();
        if (state == WebSocketState.DISCONNECTED) {
            disconnected();
        } else if (state.discardsInput() || state.isBeingAccepted()) {
            return;
        } else if (channel instanceof DuplexChannel) {
            outbound.closeChannel();
        } else if (!state.isHandshake()) {
            outbound.close(LEFT, null);
            input.end(PeerEnd.lost(failure));
            discardInput(server.timeouts().close());
            outbound.whenFlushed(this::linger);
        }
    }

    // ---- the closed transport ----

    /** Handles the close of the transport. The application can still receive messages that are held. */
    void transportClosed() {
        if (sender.become(WebSocketState.DISCONNECTED)) {
            input.read();
        } else {
            input.read(); // the held input may contain the peer's close frame
            disconnected();
        }
    }

    private void disconnected() {
        sender.become(WebSocketState.CLOSED);
        input.releaseReader();
        input.end(PeerEnd.lost(failure));
    }
}
