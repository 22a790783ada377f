package io.channels4j.netty.http2;

import io.channels4j.ScopeBuilder;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.connection.SharedQueueMetrics;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.http.BadRequest;
import io.channels4j.netty.http.HttpExchange;
import io.channels4j.netty.http.Peer;
import io.channels4j.netty.http.UpgradeRequest;
import io.channels4j.netty.http.Upgrades;
import io.channels4j.netty.outbound.OutboundQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stream that carries one request and its response, or becomes a WebSocket.
 *
 * <p>Confined to its event loop, save for what {@link HttpExchange.Owner} says.
 */
final class RequestStream extends ManagedConnection implements HttpExchange.Owner {

    private static final String WEBSOCKET = "websocket";

    private final ServerContext service;
    private final EventLoopState loop;
    private final Upgrades upgrades;
    private final StreamsConnection connection;
    private final SharedQueueMetrics queue = new SharedQueueMetrics();

    private ChannelHandlerContext context;
    private OutboundQueue outbound;

    private @Nullable HttpExchange exchange;
    private boolean headRead;
    private boolean inputEnded;
    private boolean responded;
    private long bodyBytes;
    private @Nullable Throwable failure;
    private long active;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    RequestStream(ServerContext service, EventLoopState loop, Upgrades upgrades, StreamsConnection connection) {
        this.service = service;
        this.loop = loop;
        this.upgrades = upgrades;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        outbound = new OutboundQueue(added, loop, queue);
        active = loop.now();
        loop.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    // ---- the request in ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        active = loop.now();
        try {
            if (message instanceof Http2HeadersFrame head) {
                headers(head.headers(), head.isEndStream());
            } else if (message instanceof Http2DataFrame data) {
                body(data.content(), data.isEndStream());
            }
        } catch (MalformedRequest e) {
            connection.streamFault(String.valueOf(e.getMessage()));
            reset(Http2Error.PROTOCOL_ERROR);
        } catch (BadRequest e) {
            refuse(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void headers(Http2Headers fields, boolean last) {
        inputEnded = last;
        if (headRead) {
            RequestHead.requireTrailers(fields);
            end();
        } else if (connection.hasTooManyStreams()) {
            connection.streamFault("too many streams");
            reset(Http2Error.REFUSED_STREAM);
        } else {
            headRead = true;
            start(RequestHead.of(fields, service.settings().maxHeaderBytes(), loop.repeats()));
        }
    }

    private void start(RequestHead head) {
        String protocol = head.protocol();
        boolean webSocket = WEBSOCKET.equals(protocol);
        if (head.method().equals("CONNECT") && !webSocket) {
            throw new BadRequest(501, "CONNECT for " + (protocol == null ? "a tunnel" : protocol)); // RFC 9220 §3
        }
        BadRequest.requireUri(head.path());
        ScopeBuilder scope = service.scope(webSocket ? WEBSOCKET : "http", loop);
        try {
            scope.target(head.path());
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
        Peer.describe(context.channel().parent(), head.headers(), webSocket, service.proxies(), scope);
        scope.headers(head.headers()).httpVersion("2");
        if (webSocket) {
            webSocket(head, scope.method("GET")); // what the same handshake has on HTTP/1.1
        } else {
            exchange(head, scope.method(head.method()));
        }
    }

    private void exchange(RequestHead head, ScopeBuilder scope) {
        long announced =
                head.headers().first("content-length").map(Long::parseLong).orElse(0L); // Netty checked it
        if (announced > service.settings().maxBodyBytes()) {
            throw BadRequest.tooLarge(service.settings().maxBodyBytes());
        }
        boolean expectsContinue =
                BadRequest.requireExpectation(head.headers().first("expect").orElse(null)) && !inputEnded;
        if (!service.gate().beginRequest()) {
            throw BadRequest.beyond("requests");
        }
        StreamResponse response =
                new StreamResponse(service.signature(), head.method().equals("HEAD"));
        HttpExchange started = new HttpExchange(this, outbound, this::resume, scope, response, service, loop);
        if (expectsContinue) {
            started.expectContinue();
        }
        exchange = started;
        queue.serves(started.metrics());
        started.start();
        if (inputEnded) {
            end();
        }
    }

    private void body(ByteBuf content, boolean last) {
        inputEnded = last;
        bodyBytes += content.readableBytes();
        HttpExchange open = exchange;
        if (open == null || responded) {
            return;
        }
        if (bodyBytes > service.settings().maxBodyBytes()) {
            throw BadRequest.tooLarge(service.settings().maxBodyBytes());
        }
        if (last || content.isReadable()) {
            open.bodyComes();
            open.request(ByteBufUtil.getBytes(content), !last);
            if (!last && !open.reads()) {
                context.channel().config().setAutoRead(false);
            }
        }
    }

    /** The end of the body came without bytes. */
    private void end() {
        if (exchange != null && !responded) {
            exchange.request(new byte[0], false);
        }
    }

    /** The application asks for more of the body. Any thread. */
    private void resume() {
        loop.run(() -> context.channel().config().setAutoRead(true));
    }

    private void refuse(BadRequest mistake) {
        connection.note(mistake.status() + ", " + mistake.getMessage());
        responded = true;
        HttpExchange open = exchange;
        if (open != null) {
            open.refuse(mistake.status(), mistake);
            return;
        }
        service.listener().refused(mistake.reason());
        outbound.send(new StreamResponse(service.signature(), false).bare(mistake.status(), mistake.headers()));
        outbound.close("the request was refused", null);
    }

    // ---- WebSockets ----

    private void webSocket(RequestHead head, ScopeBuilder scope) {
        UpgradeRequest asked = new UpgradeRequest(
                head.method(), true, head.headers(), inputEnded, scope, new StreamAnswers(service.signature()));
        if (!service.gate().beginHandshake()) {
            throw BadRequest.beyond("handshakes");
        }
        ManagedConnection webSocket = upgrades.upgrade(asked, loop);
        context.pipeline().addLast(new WebSocketStream(), webSocket);
        context.pipeline().remove(this);
    }

    // ---- the response out ----

    @Override
    public void responded(CompletionStage<Void> written, boolean keepsAlive) {
        written.whenComplete((nothing, failed) -> loop.later(this::responded));
    }

    private void responded() {
        active = loop.now();
        responded = true;
        if (exchange != null) {
            exchange.end(null);
        }
        context.channel().config().setAutoRead(true); // what is left of the body is thrown away
    }

    /** Once the response is out, a client that still sends its request need not go on (RFC 9113 §8.1). */
    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == StreamFrames.ENDED && !inputEnded) {
            reset(Http2Error.NO_ERROR);
        }
    }

    // ---- the end ----

    /** What the application sent before it failed goes out before. */
    @Override
    public void abort() {
        responded = true;
        active = loop.now();
        outbound.close("the response failed", null);
        outbound.whenFlushed(() -> reset(Http2Error.INTERNAL_ERROR));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the stream tells when it is closed
    private void reset(Http2Error why) {
        headRead = true;
        responded = true;
        context.writeAndFlush(new DefaultHttp2ResetFrame(why));
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        outbound.discard("1006, the peer left");
        if (exchange != null) {
            exchange.end(failure);
        }
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        cut();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable()) {
            outbound.channelWritable();
        }
    }

    /** Told even when both sides have said all: what we said may still wait for the peer's window. */
    @Override
    protected void cut() {
        reset(Http2Error.CANCEL);
        outbound.closeChannel();
    }

    /** A browser comes back as soon as its stream of events ends. */
    @Override
    protected boolean drainsInTurn() {
        return exchange != null && exchange.streamsEvents();
    }

    /** The connection says that it goes away, and waits; a response under way is finished, a stream of events ended. */
    @Override
    protected void drain() {
        if (exchange != null && !responded) {
            exchange.drain();
        }
    }

    @Override
    protected void tick(long now) {
        if (now - active > service.settings().idleTimeout().toNanos() && waitsForPeer()) {
            cut();
        }
    }

    private boolean waitsForPeer() {
        return exchange == null
                || responded
                || !inputEnded && context.channel().config().isAutoRead();
    }
}
