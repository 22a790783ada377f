package io.channels4j.netty.http1;

import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.http.HttpHandler;
import io.channels4j.netty.http.RequestHead;
import io.channels4j.netty.http.RequestRejectedException;
import io.channels4j.netty.http.RequestState;
import io.channels4j.netty.http.WebSocketUpgrader;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection. Its requests are served one after the other, in the order of arrival.
 *
 * <p>While a response is in progress, the server continues to read up to the next request. It therefore detects when
 * the client disconnects.
 */
public final class Http1Connection extends HttpHandler {

    private static final byte[] SWITCHING_TO_HTTP2 =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final @Nullable Http2Upgrader http2;

    /** Parts of pipelined requests that arrived while another request was being served. Reading pauses while any are held. */
    private final ArrayDeque<Object> ahead = new ArrayDeque<>(0);

    /** The request whose body is collected in state {@code UPGRADING}. */
    private @Nullable ClearTextUpgrade upgrade;

    private @Nullable HalfClose lingering;

    /** Whether the client has shut down its output. It may still wait for responses. */
    private boolean inputEnded;

    private long inputEndedAt;

    /** Whether no request has arrived yet. */
    private boolean fresh = true;

    /**
     * Whether a request head must arrive within the time limit. Between requests, the limit applies from the first byte of the
     * next request.
     */
    private boolean headDue = true;

    private long headDueSince;

    private RequestDecoder decoder;

    /**
     * Creates the handler for one connection.
     *
     * @param http2 the upgrader to HTTP/2, or null if HTTP/2 is disabled
     */
    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    public Http1Connection(
            ServerContext server, EventLoopState loop, WebSocketUpgrader webSockets, @Nullable Http2Upgrader http2) {
        super(server, loop, webSockets, new Http1Format(server.responseHeaders()));
        this.http2 = http2;
    }

    /** Allows clients to shut down their output after a request. */
    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        decoder = added.pipeline().get(RequestDecoder.class);
        headDueSince = loop().now();
        added.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        removed.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false); // HTTP/2 does not support it
        releaseAhead();
        super.handlerRemoved(removed);
    }

    // ---- requests in ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        touch();
        if (lingering != null) {
            lingering.discard(message);
        } else if (state().isClosing()) {
            ReferenceCountUtil.release(message);
        } else if (!ahead.isEmpty() || !isReadyFor(message)) {
            ahead.add(message);
            from.channel().config().setAutoRead(false);
        } else {
            process(message);
        }
    }

    private boolean isReadyFor(Object message) {
        return message instanceof HttpRequest ? state() == RequestState.IDLE : state() != RequestState.RESPONDING;
    }

    private void process(Object message) {
        try {
            if (message instanceof HttpRequest request) {
                start(request);
            }
            if (message instanceof HttpContent content) {
                read(content);
            }
        } catch (RequestRejectedException e) {
            refuse(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void start(HttpRequest request) {
        fresh = false;
        RequestReader.requireDecoded(request);
        RequestHead head = RequestReader.read(request, server().limits().maxUrlBytes(), loop().strings());
        upgrade = head.webSocket() ? null : http2Upgrade(request, head);
        if (upgrade != null) {
            moveTo(RequestState.UPGRADING);
        } else {
            moveTo(RequestState.RECEIVING);
            start(head);
        }
    }

    private void read(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        switch (state()) {
            case UPGRADING -> {
                RequestReader.requireDecoded(content);
                collect(content, last);
            }
            case RECEIVING, SKIPPING -> {
                RequestReader.requireDecoded(content);
                boolean skips = state() == RequestState.SKIPPING;
                receive(content.content(), last);
                if (skips) {
                    skipped(last);
                }
            }
            default -> {
                // the request was refused, or belongs to another protocol
            }
        }
    }

    /**
     * Called after a part of a body was discarded. If no response is in progress, closes the connection when the body exceeds the
     * size limit.
     */
    private void skipped(boolean last) {
        if (isServing()) {
            if (last) {
                moveTo(RequestState.RESPONDING);
            }
        } else if (isBodyTooLong()) {
            close();
        } else if (last) {
            moveTo(RequestState.IDLE);
        }
    }

    @Override
    protected void resume() {
        if (ahead.isEmpty() && !inputEnded) {
            super.resume();
        }
    }

    // ---- other protocols ----

    /**
     * Returns the upgrade to HTTP/2 that a request asks for, or null. If earlier output or pipelined input is waiting, the
     * request is served with HTTP/1.1 instead.
     */
    private @Nullable ClearTextUpgrade http2Upgrade(HttpRequest request, RequestHead head) {
        return http2 != null && ahead.isEmpty() && outbound().isEmpty()
                ? ClearTextUpgrade.of(
                        request, head, context().channel(), server().limits().maxBodyBytes())
                : null;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel
    private void collect(HttpContent content, boolean last) {
        if (upgrade == null || http2 == null) {
            return;
        }
        upgrade.add(content);
        countBody(content.content());
        if (last) {
            moveTo(RequestState.ENDED);
            context().writeAndFlush(Unpooled.wrappedBuffer(SWITCHING_TO_HTTP2));
            http2.upgrade(context().pipeline(), loop(), upgrade);
            leavePipeline();
        }
    }

    @Override
    protected void replaceWith(ManagedConnection webSocket) {
        context().pipeline().addLast(webSocket);
        leavePipeline();
        context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private void leavePipeline() {
        context().pipeline().remove(this);
        context().pipeline().remove(RequestDecoder.class);
    }

    @Override
    protected io.netty.channel.Channel socket() {
        return context().channel();
    }

    // ---- responses out ----

    @Override
    protected void responseCompleted(boolean keepsAlive) {
        if (!keepsAlive) {
            close();
        } else if (state() == RequestState.RECEIVING) {
            moveTo(RequestState.SKIPPING);
            serveAhead();
        } else if (!state().isClosing()) {
            moveTo(RequestState.IDLE);
            serveAhead();
        }
    }

    /** Processes the pipelined parts, up to the next request that must wait. */
    private void serveAhead() {
        while (!ahead.isEmpty() && !state().isClosing() && isReadyFor(ahead.element())) {
            process(ahead.remove());
        }
        if (ahead.isEmpty() && !inputEnded && !state().isClosing()) {
            context().channel().config().setAutoRead(true);
        }
        endAfterInput();
    }

    // ---- the end ----

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                && !inputEnded) { // over TLS, the alert may precede the end of the input
            inputEnded = true;
            inputEndedAt = loop().now();
            endAfterInput();
        } else if (event instanceof SslHandshakeCompletionEvent) {
            headDueSince = loop().now();
        }
        from.fireUserEventTriggered(event);
    }

    /**
     * Ends the connection after the last response if the client has shut down its output. A stream of server-sent
     * events is cut off, because it might never end by itself. The server cannot know whether a client has closed its
     * connection or only shut down its output.
     */
    private void endAfterInput() {
        if (!inputEnded || !ahead.isEmpty() || state().isClosing()) {
            return;
        }
        if (state() != RequestState.RESPONDING) {
            close();
        } else if (streamsEvents()) {
            cut();
        } else {
            super.drain();
        }
    }

    @Override
    protected void refused() {
        close();
    }

    /** Closes the connection in stages once all output has been written; see {@link HalfClose}. */
    private void close() {
        closeAfterOutput(this::linger);
    }

    private void linger() {
        if (state() == RequestState.CLOSING) {
            moveTo(RequestState.LINGERING);
            lingering = HalfClose.start(context().channel(), loop());
        }
    }

    @Override
    protected void abort() {
        closeAfterOutput(outbound()::closeChannel);
    }

    private void closeAfterOutput(Runnable afterOutput) {
        if (state().isClosing()) {
            return;
        }
        moveTo(RequestState.CLOSING);
        touch();
        releaseAhead();
        outbound().close("the connection ends", null);
        outbound().whenFlushed(afterOutput);
    }

    private void releaseAhead() {
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        releaseAhead();
        super.channelInactive(inactive);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        logClientError(cause.toString());
        super.exceptionCaught(caught, cause);
    }

    @Override
    protected void logClientError(String description) {
        logPeerError(context().channel(), context().channel().id(), description);
    }

    @Override
    protected void drain() {
        if (isServing()) {
            super.drain();
        } else {
            close();
        }
    }

    @Override
    protected void tick(long now) {
        switch (state()) {
            case CLOSING -> {
                checkProgress(now);
                cutAfter(server().timeouts().close(), now);
            }
            case LINGERING -> {
                // HalfClose enforces the time limits
            }
            default -> {
                super.tick(now);
                cutIfDisconnected(now);
                checkHead(now);
            }
        }
    }

    /** Ends the connection if a complete request head did not arrive within the time limit. */
    private void checkHead(long now) {
        boolean due = state() == RequestState.IDLE && (fresh || decoder.isWithinHead());
        if (!due || !headDue) {
            headDueSince = now;
            headDue = due;
        } else if (now - headDueSince > server().timeouts().handshake().toNanos()) {
            if (decoder.isWithinHead()) {
                refuse(new RequestRejectedException(408, "the head of the request did not arrive in time"));
            } else {
                cut();
            }
        }
    }

    /** Closes the connection if its client has shut down its output and the response does not start within the time limit. */
    private void cutIfDisconnected(long now) {
        if (inputEnded
                && awaitsResponse()
                && now - inputEndedAt > server().timeouts().close().toNanos()) {
            cut();
        }
    }

    private void cutAfter(Duration limit, long now) {
        if (nanosSinceActive(now) > limit.toNanos()) {
            cut();
        }
    }
}
