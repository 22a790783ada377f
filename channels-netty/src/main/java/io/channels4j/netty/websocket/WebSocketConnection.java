package io.channels4j.netty.websocket;

import io.channels4j.Scope;
import io.channels4j.engine.FailureStatus;
import io.channels4j.engine.HandledEvents;
import io.channels4j.engine.InputMemory;
import io.channels4j.netty.connection.ApplicationInvoker;
import io.channels4j.netty.connection.ConnectionMetrics;
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
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its valid handshake until its transport closes (RFC 6455 §4-7). It handles the events of its channel and of
 * its event loop. {@link WebSocketState} describes the states. {@link WebSocketInput} reads messages, {@link
 * WebSocketSender} sends them, and {@link WebSocketClosing} ends the connection.
 *
 * <p>Confined to its event loop, except for {@link #dropped} and the methods of {@link WebSocketSender.Listener} and
 * {@link HandledEvents}.
 */
public final class WebSocketConnection extends ManagedConnection
        implements WebSocketInput.Listener, WebSocketSender.Listener, OverflowListener, HandledEvents {

    private static final byte[] PING = FrameWriter.ping();
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
    private WebSocketClosing closing;

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
        closing = new WebSocketClosing(server, scope, added.channel(), loop, sender, outbound, input, timers);
        loop.add(this);
        loop.later(this::start); // the pipeline is being changed now
    }

    private void start() {
        if (sender.state() == WebSocketState.CLOSED || closing.hasFailed()) {
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
            closing.handled();
        } else if (state.sendsMessages()) {
            CloseStatus failed = CloseStatus.of(FailureStatus.ofClose(unsuccessful));
            sender.close(unsuccessful == null ? CloseStatus.NORMAL : failed, WebSocketSender.BY_SERVER);
        } else if (state.isHandshake()) {
            if (unsuccessful == null) {
                ServerLog.incomplete(scope, "an answer to the handshake");
            }
            closing.refuse(FailureStatus.ofResponse(unsuccessful));
        }
    }

    // ---- output of the application: any thread ----

    @Override
    public void accepted() {
        loop.run(this::open);
    }

    /** Opens the connection. Called before {@link #accepted} if input from the peer arrives first. */
    private void open() {
        if (sender.state() == WebSocketState.CLOSED || !closing.accepted()) {
            return;
        }
        sender.become(WebSocketState.OPEN); // has no effect if the application has already closed the connection
        metrics.accepted();
        timers.received(loop.now());
        input.read();
        closing.limitHeldInput();
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
        loop.run(closing::refused);
    }

    @Override
    public void closeSent() {
        loop.run(closing::closeSent);
    }

    // ---- the peer ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        timers.received(loop.now());
        openIfAccepted();
        if (sender.state().isEnding() && closing.discards(message)) {
            return;
        }
        if (message instanceof ByteBuf bytes) {
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
        closing.peerEnded(PeerEnd.closed(code, reason));
    }

    @Override
    public void violated(ProtocolViolation violation) {
        logPeerError(context.channel(), scope.connectionId(), violation.description());
        closing.peerEnded(PeerEnd.violated(violation));
    }

    @Override
    public void readsAhead() {
        input.readsAhead();
    }

    @Override
    public void handled() {
        closing.handled();
    }

    @Override
    public void inputEnded() {
        closing.inputEnded();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            closing.inputShutDown();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!sender.state().discardsInput()) { // once input is discarded, a reset is not an error
            logPeerError(context.channel(), scope.connectionId(), cause.toString());
        }
        closing.fail(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        openIfAccepted();
        loop.remove(this);
        outbound.discard(WebSocketClosing.LEFT);
        if (deflater != null) {
            deflater.release();
        }
        input.unpool();
        closed.complete(null);
        closing.transportClosed();
        metrics.closed(closing.code());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    // ---- slow peers and the memory of all connections ----

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable()) {
            outbound.channelWritable();
        }
    }

    @Override
    public void overflowed(String reason) {
        closing.drop(TOO_SLOW, reason);
    }

    @Override
    public void conflated() {
        metrics.conflated();
    }

    @Override
    public void dropped(int bytes, boolean first) {
        if (first) {
            ServerLog.messageDropped(scope, server.outbound().policy().name());
        }
        metrics.dropped(server.outbound().policy(), bytes);
    }

    @Override
    protected long inboundBytes() {
        return inboundMemory.bytes();
    }

    @Override
    protected void closeForInbound(String reason) {
        input.dropMessages();
        closing.drop(OVERLOADED, reason);
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
        closing.drop(TOO_SLOW, reason);
    }

    // ---- the event loop ----

    /**
     * Returns true, because clients reconnect as soon as the server closes their WebSockets. A gradual close spreads
     * the load.
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
            case PING_TIMEOUT -> closing.fail(timers.pingTimedOut());
            case HANDSHAKE_TIMEOUT ->
                closing.handshakeTimedOut(
                        new HandshakeTimeoutException(server.timeouts().handshake()));
            case CLOSE_TIMEOUT -> closing.timedOut(now);
        }
    }
}
