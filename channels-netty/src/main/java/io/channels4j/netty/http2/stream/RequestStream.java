package io.channels4j.netty.http2.stream;

import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.http.HttpHandler;
import io.channels4j.netty.http.RequestRejectedException;
import io.channels4j.netty.http.RequestState;
import io.channels4j.netty.http.WebSocketUpgrader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 stream that carries one request and its response, or becomes a WebSocket. */
public final class RequestStream extends HttpHandler {

    /**
     * The time without input after which a stream in state {@code LINGERING} is reset. It is checked at each tick of the event
     * loop, at least once per second.
     */
    private static final Duration MAX_SILENCE = Duration.ofSeconds(2);

    private final StreamOwner connection;

    /** The time after which a stream in state {@code LINGERING} is reset. */
    private long lingersUntil;

    /** The length of the body beyond which a stream in state {@code LINGERING} is reset. */
    private long lingersUpTo;

    /** The head of the deferred request, or null. */
    private @Nullable Deferred deferred;

    private record Deferred(Http2Headers fields, boolean last) {}

    public RequestStream(
            ServerContext server, EventLoopState loop, WebSocketUpgrader webSockets, StreamOwner connection) {
        super(server, loop, webSockets, new StreamFormat(server.responseHeaders()));
        this.connection = connection;
    }

    // ---- the request in ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        touch();
        try {
            serve(() -> {
                if (message instanceof Http2HeadersFrame head) {
                    read(head.headers(), head.isEndStream());
                } else if (message instanceof Http2DataFrame data) {
                    read(data.content(), data.isEndStream());
                }
            });
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void serve(Runnable input) {
        try {
            input.run();
        } catch (MalformedRequestException e) {
            connection.streamRejected(String.valueOf(e.getMessage()));
            reset(Http2Error.PROTOCOL_ERROR);
        } catch (RequestRejectedException e) {
            refuse(e);
        }
    }

    private void read(Http2Headers fields, boolean last) {
        if (state() != RequestState.IDLE) {
            StreamRequestReader.requireTrailers(fields);
            read(Unpooled.EMPTY_BUFFER, last);
        } else if (connection.hasTooManyStreams()) {
            connection.streamRejected("too many streams");
            reset(Http2Error.REFUSED_STREAM);
        } else if (connection.defers(this)) {
            deferred = new Deferred(fields, last);
            context().channel().config().setAutoRead(false);
        } else {
            start(fields, last);
        }
    }

    private void start(Http2Headers fields, boolean last) {
        moveTo(last ? RequestState.RESPONDING : RequestState.RECEIVING);
        start(StreamRequestReader.read(fields, last, server().limits(), loop().strings()));
    }

    /** Starts the deferred request. */
    public void startDeferred() {
        Deferred request = deferred;
        if (request != null && state() == RequestState.IDLE) {
            deferred = null;
            touch();
            serve(() -> start(request.fields(), request.last()));
            resume();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        if (deferred != null) {
            deferred = null;
            connection.forget(this);
        }
        super.channelInactive(inactive);
    }

    private void read(ByteBuf content, boolean last) {
        connection.countBody(content.readableBytes());
        if (state() == RequestState.SKIPPING && last) {
            moveTo(isServing() ? RequestState.RESPONDING : RequestState.CLOSING);
        } else {
            receive(content, last);
        }
    }

    /** Returns the number of body bytes received on all streams, because a client may send its bodies one after the other. */
    @Override
    protected long bodyProgress() {
        return connection.bodyBytes();
    }

    @Override
    protected long inboundBytes() {
        StreamInput paused = context().pipeline().get(StreamInput.class);
        return super.inboundBytes() + (paused == null ? 0 : paused.heldBytes());
    }

    @Override
    protected void replaceWith(ManagedConnection webSocket) {
        context().pipeline().addLast(new WebSocketStream(), webSocket);
        context().pipeline().remove(this);
    }

    @Override
    protected io.netty.channel.Channel socket() {
        return context().channel().parent();
    }

    // ---- the response out ----

    @Override
    protected void responseCompleted(boolean keepsAlive) {
        completeOutput();
        context().channel().config().setAutoRead(true); // the rest of the body is discarded
    }

    private void completeOutput() {
        if (state() == RequestState.RECEIVING) {
            moveTo(RequestState.SKIPPING);
        } else if (state() == RequestState.RESPONDING) {
            moveTo(RequestState.CLOSING);
        }
    }

    /**
     * Discards the rest of a request that continues after the complete response. The stream is reset later (RFC 9113 §8.1),
     * because a client that receives the reset together with the response may lose the response.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        boolean receiving = state() == RequestState.RECEIVING || state() == RequestState.SKIPPING;
        if (event == StreamFrameEncoder.OUTPUT_ENDED && receiving) {
            moveTo(RequestState.LINGERING);
            touch();
            lingersUntil = loop().now() + HalfClose.MAX_TIME.toNanos();
            lingersUpTo = bodyBytes() + HalfClose.MAX_DISCARDED_BYTES;
        }
    }

    @Override
    protected void tick(long now) {
        if (deferred != null) {
            touch(); // the other requests of the connection have time-outs
        } else if (state() != RequestState.LINGERING) {
            super.tick(now);
        } else if (now - lingersUntil > 0
                || bodyBytes() > lingersUpTo
                || nanosSinceActive(now) > MAX_SILENCE.toNanos()) {
            reset(Http2Error.NO_ERROR);
        }
    }

    // ---- the end ----

    @Override
    protected void refused() {
        completeOutput();
        outbound().close("the request was refused", null);
    }

    /** Resets the stream once everything that the application sent has been written. */
    @Override
    protected void abort() {
        touch();
        moveTo(RequestState.CLOSING);
        outbound().close("the response failed", null);
        outbound().whenFlushed(() -> reset(Http2Error.INTERNAL_ERROR));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // closing the stream ends this handler
    private void reset(Http2Error error) {
        if (!state().isClosing()) {
            moveTo(RequestState.CLOSING);
        }
        if (context().channel().isOpen()) {
            context().writeAndFlush(new DefaultHttp2ResetFrame(error));
        }
    }

    @Override
    protected void logClientError(String description) {
        connection.logClientError(description);
    }

    /** Resets the stream even if both sides have ended it, because its output may still wait for the client's window. */
    @Override
    protected void cut() {
        reset(Http2Error.CANCEL);
        super.cut();
    }
}
