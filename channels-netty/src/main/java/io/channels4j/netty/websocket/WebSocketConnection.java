package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.engine.FailureStatus;
import io.channels4j.engine.HandledEvents;
import io.channels4j.engine.InputMemory;
import io.channels4j.netty.connection.ApplicationInvoker;
import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.InboundMemory;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.frame.ProtocolViolation;
import io.channels4j.netty.http.HandshakeRequest;
import io.channels4j.netty.http.RequestRejectedException;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.outbound.OverflowListener;
import io.channels4j.netty.outbound.OverflowPolicy;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.HandshakeTimeoutException;
import io.channels4j.websocket.WebSocketConnect;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its valid handshake until its transport closes (RFC 6455 §4-7). See {@link WebSocketState} for its states.
 *
 * <p>Confined to its event loop, except for the methods of {@link WebSocketSender.Listener}.
 */
public final class WebSocketConnection extends ManagedConnection
        implements WebSocketInput.Listener, WebSocketSender.Listener, OverflowListener, HandledEvents {

    private static final byte[] PING = FrameWriter.ping();
    /**
     * The time limit for writing the last output of a refused or dropped connection. Ticks are up to a second apart, so it may
     * take up to two seconds.
     */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final String LEFT = "1006, the peer left";
    private static final CloseStatus TOO_SLOW = CloseStatus.TRY_AGAIN_LATER.because("too slow");
    private static final CloseStatus OVERLOADED = CloseStatus.TRY_AGAIN_LATER.because("server overloaded");

    private final ServerContext server;
    private final EventLoopState loop;
    private final WebSocketHandshake handshake;
    private final Scope scope;
    private final InboundMemory inboundMemory;
    private final ConnectionMetrics metrics;
    private final WebSocketTimers timers;
    private final @Nullable MessageDeflater deflater;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private ChannelHandlerContext context;
    private OutboundQueue outbound;
    private WebSocketSender sender;
    private WebSocketInput input;

    /** The close code for the listener, or 0 until the handshake is accepted. */
    private int closeCode;

    /** The end of the peer's input, if the application must handle earlier messages before the server replies; otherwise null. */
    private volatile @Nullable PeerEnd unanswered;

    private @Nullable HalfClose lingering;
    private @Nullable Throwable failure;

    /**
     * Creates the connection for a handshake.
     *
     * @throws RequestRejectedException if the handshake is not valid
     */
    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    public WebSocketConnection(HandshakeRequest request, ServerContext server, EventLoopState loop) {
        this.server = server;
        this.loop = loop;
        this.handshake = WebSocketHandshake.of(request, server.compression());
        this.deflater = handshake.deflater(server.compression());
        this.timers = new WebSocketTimers(server.timeouts(), server.outbound().progress(), loop.now());
        this.inboundMemory = new InboundMemory(loop.inbound());
        this.scope = request.scope()
                .subprotocols(handshake.subprotocols())
                .extensions(WebSocketHandshake.EXTENSIONS)
                .closed(closed)
                .with(HandledEvents.KEY, this)
                .with(InputMemory.KEY, inboundMemory)
                .build();
        this.metrics = new ConnectionMetrics(scope, server.listener(), loop);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        outbound =
                new OutboundQueue(added, loop, metrics, new OverflowPolicy(server.outbound(), server.nanoTime(), this));
        sender = new WebSocketSender(handshake, outbound, deflater, metrics, this);
        input = new WebSocketInput(
                added.channel(),
                loop,
                sender,
                inboundMemory,
                metrics,
                this,
                server.limits().maxMessageBytes(),
                handshake.inflater());
        loop.add(this);
        loop.later(this::start); // the pipeline is being changed now
    }

    private void start() {
        if (sender.state() == WebSocketState.CLOSED || failure != null) {
            return; // the peer may have reset the connection in the same read; channelInactive follows
        }
        input.read();
        input.offer(new WebSocketConnect(), 0);
        metrics.opened();
        ApplicationInvoker.start(server.application(), scope, input, sender, loop, this::applicationEnded);
    }

    private void applicationEnded(@Nullable Throwable unsuccessful) {
        inboundMemory.release();
        WebSocketState state = sender.state();
        if (state == WebSocketState.ANSWERING) {
            handled();
        } else if (state.sendsMessages()) {
            CloseStatus failed = CloseStatus.of(FailureStatus.ofClose(unsuccessful));
            sender.close(unsuccessful == null ? CloseStatus.NORMAL : failed, WebSocketSender.BY_SERVER);
        } else if (state.isHandshake()) {
            if (unsuccessful == null) {
                ServerLog.incomplete(scope, "an answer to the handshake");
            }
            refuse(FailureStatus.ofResponse(unsuccessful));
        }
    }

    private void refuse(int status) {
        if (!sender.refuse(status)) {
            outbound.closeChannel();
        }
    }

    // ---- output of the application: any thread ----

    @Override
    public void accepted() {
        loop.run(this::open);
    }

    /** Opens the connection. Called before {@link #accepted} if input from the peer arrives first. */
    private void open() {
        if (closeCode != 0 || sender.state() == WebSocketState.CLOSED) {
            return;
        }
        closeCode = CloseStatus.ABNORMAL_CODE;
        sender.become(WebSocketState.OPEN); // has no effect if the application has already closed the connection
        metrics.accepted();
        timers.received(loop.now());
        input.read();
        limitHeldInput();
        if (loop.isDraining()) { // the drain may have started before the handshake was accepted
            drain();
        }
    }

    private void openIfAccepted() {
        if (sender.state() == WebSocketState.ACCEPTED) {
            open();
        }
    }

    @Override
    public void refused() {
        loop.run(() -> {
            input.end(PeerEnd.refused(failure));
            discardInput(LINGER);
            outbound.whenFlushed(this::linger);
        });
    }

    @Override
    public void closing() {
        loop.run(() -> {
            if (unanswered != null) { // the application's close frame is the reply
                closeAfterOutput();
            } else if (!timers.isClosing()) {
                closeWithin(server.timeouts().close());
            }
            input.read();
        });
    }

    // ---- the peer ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        timers.received(loop.now());
        openIfAccepted();
        if (lingering != null) {
            lingering.discard(message);
        } else if (message instanceof ByteBuf bytes) {
            input.read(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void pinged(byte[] payload) {
        outbound.sendPong(FrameWriter.pong(payload));
    }

    @Override
    public void peerClosed(int code, String reason) {
        end(PeerEnd.closed(code, reason));
    }

    @Override
    public void violated(ProtocolViolation violation) {
        logPeerError(context.channel(), scope.connectionId(), violation.description());
        end(PeerEnd.violated(violation));
    }

    /**
     * Handles the end of the peer's input. If messages arrived together with it, the application handles them before the server
     * sends its close frame.
     */
    private void end(PeerEnd end) {
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
        boolean closesDirectly = end.complete() && context.channel() instanceof DuplexChannel && !input.holdsBytes();
        outbound.whenFlushed(closesDirectly ? outbound::closeChannel : this::linger);
    }

    @Override
    public void readsAhead() {
        input.readsAhead();
    }

    @Override
    public void handled() {
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

    @Override
    public void overflowed(String reason) {
        drop(TOO_SLOW, reason);
    }

    @Override
    protected long inboundBytes() {
        return inboundMemory.bytes();
    }

    @Override
    protected void closeForInbound(String reason) {
        input.dropMessages();
        drop(OVERLOADED, reason);
        input.read();
    }

    @Override
    protected long outboundBytes() {
        return outbound.waitingBytes();
    }

    @Override
    protected boolean outboundStalls() {
        return outbound.stalls();
    }

    @Override
    protected void closeForOutbound(String reason) {
        drop(TOO_SLOW, reason);
    }

    /** Closes the connection without waiting for its output. */
    private void drop(CloseStatus status, String reason) {
        if (!context.channel().isActive() || sender.state().isEnding()) {
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

    @Override
    public void dropped(int bytes, boolean first) {
        if (first) {
            ServerLog.messageDropped(scope, server.outbound().policy().name());
        }
        metrics.dropped(server.outbound().policy(), bytes);
    }

    // ---- the end ----

    private void discardInput(Duration limit) {
        boolean disconnected = sender.state() == WebSocketState.DISCONNECTED;
        sender.become(disconnected ? WebSocketState.CLOSED : WebSocketState.DISCARDING);
        closeWithin(limit);
    }

    /**
     * Sets the close time-out. Reads the clock, because the loop's time is that of the last tick and may be outdated if the loop
     * is busy.
     */
    private void closeWithin(Duration limit) {
        timers.closeAt(server.nanoTime().getAsLong() + limit.toNanos());
    }

    private void linger() {
        if (sender.state() == WebSocketState.DISCARDING && lingering == null) {
            closeWithin(HalfClose.MAX_TIME);
            lingering = HalfClose.start(context.channel(), loop);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            input.shutDown();
            limitHeldInput();
        }
    }

    /** Limits the time for which the application may leave input unread that arrived before the peer ended its output. */
    private void limitHeldInput() {
        if (input.isShutDown() && sender.state() == WebSocketState.OPEN && !timers.isClosing()) {
            closeWithin(server.timeouts().close());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        openIfAccepted();
        loop.remove(this);
        outbound.discard(LEFT);
        if (deflater != null) {
            deflater.release();
        }
        input.unpool();
        closed.complete(null);
        if (sender.become(WebSocketState.DISCONNECTED)) {
            input.read();
        } else {
            input.read(); // the held input may contain the peer's close frame
            disconnected();
        }
        metrics.closed(closeCode == 0 ? sender.refusalStatus() : closeCode);
    }

    /**
     * Ends the connection, unless the peer waits for the server's last frames. A stream of HTTP/2 first responds to the handshake, and
     * its end follows all output.
     */
    @Override
    public void inputEnded() {
        WebSocketState state = sender.state();
        if (state == WebSocketState.DISCONNECTED) {
            disconnected();
        } else if (state.discardsInput() || state.isBeingAccepted()) {
            return;
        } else if (context.channel() instanceof DuplexChannel) {
            outbound.closeChannel();
        } else if (!state.isHandshake()) {
            outbound.close(LEFT, null);
            input.end(PeerEnd.lost(failure));
            discardInput(server.timeouts().close());
            outbound.whenFlushed(this::linger);
        }
    }

    private void disconnected() {
        sender.become(WebSocketState.CLOSED);
        input.releaseReader();
        input.end(PeerEnd.lost(failure));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!sender.state().discardsInput()) { // once input is discarded, a reset is not an error
            logPeerError(context.channel(), scope.connectionId(), cause.toString());
        }
        fail(cause);
    }

    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        outbound.closeChannel();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable()) {
            outbound.channelWritable();
        }
    }

    /**
     * Returns true, because clients reconnect as soon as the server closes their WebSockets. Closing them gradually spreads the
     * load.
     */
    @Override
    protected boolean drainsGradually() {
        return true;
    }

    /**
     * Closes or refuses the connection. If the application is accepting the handshake, {@link #open} closes the connection later.
     */
    @Override
    protected void drain() {
        WebSocketState state = sender.state();
        if (state.sendsMessages()) {
            sender.close(CloseStatus.SERVICE_RESTART, WebSocketSender.BY_SERVER);
        } else if (state.isHandshake()) {
            sender.refuse(503);
        }
    }

    @Override
    protected void cut() {
        outbound.closeChannel();
    }

    @Override
    protected void tick(long now) {
        switch (timers.check(now, sender.state(), outbound, input)) {
            case NOTHING -> outbound.checkAge(now);
            case OUTPUT_TOO_SLOW -> overflowed(timers.tooSlow("the output"));
            case INPUT_TOO_SLOW -> violated(new ProtocolViolation(TOO_SLOW, timers.tooSlow("an incomplete message")));
            case PING -> outbound.sendUrgent(PING);
            case PING_TIMEOUT -> fail(timers.pingTimedOut());
            case HANDSHAKE_TIMEOUT -> {
                failure = new HandshakeTimeoutException(server.timeouts().handshake());
                refuse(503);
            }
            case CLOSE_TIMEOUT -> closeTimedOut(now);
        }
    }

    private void closeTimedOut(long now) {
        WebSocketState state = sender.state();
        if (state == WebSocketState.ANSWERING) {
            handled(); // the application takes too long
        } else if (state == WebSocketState.CLOSING && timers.isReceiving(now)) {
            closeAfterOutput(); // the peer may read the close frame only after it has sent everything
        } else {
            outbound.closeChannel();
        }
    }
}
