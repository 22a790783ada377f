package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.netty.connection.ApplicationInvoker;
import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.InboundEvents;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.frame.FrameReader;
import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.frame.MessageInflater;
import io.channels4j.netty.frame.ProtocolViolation;
import io.channels4j.netty.http.HandshakeRequest;
import io.channels4j.netty.http.RequestRejectedException;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.outbound.OverflowListener;
import io.channels4j.netty.outbound.OverflowPolicy;
import io.channels4j.netty.settings.Settings;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.HandshakeTimeoutException;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketResponseStart;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its valid handshake to the close of its transport (RFC 6455 §4-7).
 *
 * <p>Confined to its event loop, save for what {@link WebSocketSender.Owner} says.
 */
public final class WebSocketConnection extends ManagedConnection
        implements FrameReader.Sink, WebSocketSender.Owner, OverflowListener {

    private static final byte[] PING = FrameWriter.ping();
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final String BY_SERVER = "by the server";
    private static final Map<String, Map<String, Object>> EXTENSIONS =
            Map.of(WebSocketResponseStart.EXTENSION, Map.of());

    private final ServerContext service;
    private final Settings settings;
    private final EventLoopState loop;
    private final WebSocketHandshake handshake;
    private final Scope scope;
    private final ConnectionMetrics metrics;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final InboundEvents inbound = new InboundEvents(this::resume);
    private final FrameReader reader;
    private final PeerClock peer;
    private final @Nullable MessageDeflater deflater;

    private ChannelHandlerContext context;
    private OutboundQueue outbound;
    private WebSocketSender sender;

    /** What was read from the socket while the application did not ask for it: at most what one read gave. */
    private @Nullable ByteBuf held;

    private boolean accepted;
    private boolean reading;

    /** We sent a close frame and wait for the peer's: its messages do not count any more. */
    private boolean discarding;

    /** Nothing of what still comes is read: the last frame came, or one that broke the protocol, or there will be none. */
    private boolean finished;

    private boolean gone;

    /** The close code, for the listener. */
    private int outcome = CloseStatus.ABNORMAL_CODE;

    private @Nullable HalfClose lingering;
    private @Nullable Throwable failure;

    // Times are the loop's; 0 stands for none.
    private final long started;
    private long deadline;

    /**
     * Creates a connection of a valid handshake.
     *
     * @throws RequestRejectedException when it is not valid
     */
    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    public WebSocketConnection(HandshakeRequest request, ServerContext service, EventLoopState loop) {
        this.service = service;
        this.settings = service.settings();
        this.loop = loop;
        this.handshake = WebSocketHandshake.of(request, settings.compression());
        this.reader = new FrameReader(settings.maxMessageBytes(), this);
        DeflateParameters deflate = handshake.deflate();
        this.deflater = deflate == null ? null : new MessageDeflater(deflate.serverContext());
        if (deflate != null) {
            reader.inflateWith(new MessageInflater(deflate.clientContext()));
        }
        this.started = loop.now();
        this.peer = new PeerClock(settings, started);
        this.scope = request.scope()
                .subprotocols(handshake.subprotocols())
                .extensions(EXTENSIONS)
                .closed(closed)
                .build();
        this.metrics = new ConnectionMetrics(scope, service.listener(), loop);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        outbound = new OutboundQueue(added, loop, metrics, new OverflowPolicy(settings, this));
        Frames frames = Frames.of(deflater, settings.compression().threshold());
        sender = new WebSocketSender(handshake, outbound, frames, metrics, this);
        loop.add(this);
        loop.later(this::start); // not within the change of the pipeline
    }

    private void start() {
        if (gone) {
            return;
        }
        context.channel().config().setAutoRead(held == null);
        inbound.offer(new WebSocketConnect());
        metrics.opened();
        ApplicationInvoker.start(service.application(), scope, inbound, sender, loop, this::applicationEnded);
    }

    private void applicationEnded(@Nullable Throwable unsuccessful) {
        boolean overloaded = unsuccessful instanceof OverloadedException;
        if (sender.phase() == WebSocketSender.Phase.OPEN) {
            CloseStatus failed = overloaded ? CloseStatus.TRY_AGAIN_LATER : CloseStatus.INTERNAL_ERROR;
            sender.close(unsuccessful == null ? CloseStatus.NORMAL : failed, BY_SERVER);
        } else if (!finished && !gone) {
            if (unsuccessful == null) {
                ServerLog.incomplete(scope, "an answer to the handshake");
            }
            refuse(overloaded ? 503 : 500);
        }
    }

    private void refuse(int status) {
        if (!sender.refuseUnlessDecided(status)) {
            outbound.closeChannel();
        }
    }

    // ---- the application's decisions: from any thread ----

    @Override
    public void accepted() {
        loop.run(() -> {
            accepted = true;
            metrics.accepted();
            peer.heard(loop.now());
            readFrames();
        });
    }

    @Override
    public void refused() {
        loop.run(() -> {
            inbound.end(
                    failure == null
                            ? new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, "the handshake was refused")
                            : abnormal());
            finish(LINGER);
            outbound.whenFlushed(this::linger);
        });
    }

    @Override
    public void closing() {
        loop.run(() -> {
            discarding = true;
            if (deadline == 0) {
                deadline = loop.now() + settings.closeTimeout().toNanos();
            }
            readFrames();
        });
    }

    private void resume() {
        loop.run(this::readFrames);
    }

    // ---- bytes in ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        peer.heard(loop.now());
        if (lingering != null) {
            lingering.discard(message);
        } else if (finished || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
        } else {
            held = held == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(from.alloc(), held, bytes);
            readFrames();
        }
    }

    private void readFrames() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (held != null && held.isReadable() && wantsFrames()) {
                reader.read(held);
            }
        } catch (ProtocolViolation e) {
            violated(e);
        } finally {
            reading = false;
        }
        if (held != null && (finished || !held.isReadable())) {
            held.release();
            held = null;
        }
        if (gone && held == null) {
            reader.release();
            inbound.end(abnormal());
        }
        context.channel().config().setAutoRead(held == null);
    }

    private boolean wantsFrames() {
        return accepted && !finished && (discarding || !inbound.pause());
    }

    @Override
    public void text(byte[] utf8) {
        if (!discarding) {
            metrics.received(utf8.length);
            inbound.offer(WebSocketReceive.text(utf8));
        }
    }

    @Override
    public void binary(byte[] bytes) {
        if (!discarding) {
            metrics.received(bytes.length);
            inbound.offer(WebSocketReceive.binary(bytes));
        }
    }

    @Override
    public void ping(byte[] payload) {
        outbound.sendPong(FrameWriter.pong(payload));
    }

    @Override
    public void close(int code, String reason) {
        outbound.close(WebSocketSender.told(code, reason, "by the peer"), EncodedBytes.of(FrameWriter.close(code, "")));
        outcome = code;
        inbound.end(new WebSocketDisconnect(code, reason));
        finish(settings.closeTimeout());
        outbound.whenFlushed(mayLeaveAtOnce() ? outbound::closeChannel : this::linger);
    }

    /** Tells whether closing destroys nothing that is on its way: the peer has not sent on behind its close frame, as it must not. */
    private boolean mayLeaveAtOnce() {
        return context.channel() instanceof DuplexChannel && (held == null || !held.isReadable());
    }

    private void violated(ProtocolViolation mistake) {
        complain(scope.connectionId(), mistake.mistake());
        CloseStatus status = mistake.status();
        outcome = status.code();
        outbound.close(
                WebSocketSender.told(status.code(), mistake.mistake(), BY_SERVER),
                EncodedBytes.of(FrameWriter.close(status.code(), status.reason())));
        inbound.end(new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, mistake.mistake(), mistake));
        finish(settings.closeTimeout());
        outbound.whenFlushed(this::linger);
    }

    // ---- the end ----

    private void finish(Duration limit) {
        finished = true;
        deadline = loop.now() + limit.toNanos();
    }

    private void linger() {
        if (!gone && lingering == null) {
            deadline = loop.now() + LINGER.toNanos();
            lingering = new HalfClose(context.channel());
        }
    }

    @Override
    public void overflowed(String reason) {
        if (gone) {
            return;
        }
        ServerLog.slowConsumer(scope, reason);
        outcome = CloseStatus.TRY_AGAIN_LATER.code();
        outbound.discard(reason);
        inbound.end(new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, reason, new ChannelsException(reason)));
        finish(LINGER);
        outbound.sendUrgent(FrameWriter.close(CloseStatus.TRY_AGAIN_LATER.code(), "too slow"));
        outbound.whenFlushed(outbound::closeChannel);
    }

    @Override
    public void dropped(int bytes, boolean first) {
        if (first) {
            ServerLog.messageDropped(scope, settings.overflow().name());
        }
        metrics.dropped(settings.overflow(), bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        gone = true;
        loop.remove(this);
        outbound.discard("1006, the peer left");
        if (held != null) {
            ByteBuf pooled = held;
            held = Unpooled.copiedBuffer(pooled); // the application may never ask for it
            pooled.release();
        }
        if (deflater != null) {
            deflater.release();
        }
        closed.complete(null);
        if (accepted) {
            readFrames();
        } else {
            inbound.end(abnormal());
        }
        metrics.closed(accepted ? outcome : sender.refusal());
    }

    private WebSocketDisconnect abnormal() {
        String reason = failure == null ? "" : String.valueOf(failure.getMessage());
        return new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, reason, failure);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!finished) { // else all is said, and the peer need not wait for the end
            complain(scope.connectionId(), cause.toString());
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

    /** Clients come back at once when they are told that the server restarts. */
    @Override
    protected boolean drainsInTurn() {
        return true;
    }

    @Override
    protected void drain() {
        if (sender.phase() == WebSocketSender.Phase.OPEN) {
            sender.close(CloseStatus.SERVICE_RESTART, BY_SERVER);
        } else if (!finished && !gone) {
            sender.refuseUnlessDecided(503);
        }
    }

    @Override
    protected void cut() {
        outbound.closeChannel();
    }

    // ---- time ----

    @Override
    protected void tick(long now) {
        if (deadline != 0) {
            if (now - deadline >= 0) {
                outbound.closeChannel();
            }
        } else if (!accepted) {
            checkHandshake(now);
        } else {
            checkPeer(now);
            outbound.checkAge(now);
        }
    }

    private void checkPeer(long now) {
        switch (peer.check(now, context.channel().config().isAutoRead())) {
            case FINE -> {
                // nothing to do
            }
            case SILENT -> outbound.sendUrgent(PING);
            case DEAD ->
                fail(new ChannelsException(
                        "nothing came from the peer within %s after a ping".formatted(settings.pingTimeout())));
        }
    }

    private void checkHandshake(long now) {
        Duration limit = settings.handshakeTimeout();
        if (now - started >= limit.toNanos()) {
            failure = new HandshakeTimeoutException(limit);
            refuse(503);
        }
    }
}
