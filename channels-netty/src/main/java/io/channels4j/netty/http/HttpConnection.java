package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;
import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.connection.SharedQueueMetrics;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.outbound.OutboundQueue;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks HTTP/1.1: its requests are served one after the other, in the order in which they came.
 *
 * <p>While a response is on its way, reading goes on up to the next request, so that a peer who leaves is noticed.
 */
public final class HttpConnection extends ManagedConnection implements HttpExchange.Owner {

    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final String WEBSOCKET = "websocket";
    private static final byte[] SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final ServerContext service;
    private final EventLoopState loop;
    private final Upgrades upgrades;

    /** Requests and parts of them that came while another one was served: at most what one read from the socket gave. */
    private final ArrayDeque<Object> ahead = new ArrayDeque<>(0);

    private final SharedQueueMetrics queue = new SharedQueueMetrics();
    private ChannelHandlerContext context;
    private OutboundQueue outbound;

    /** A request that asks for HTTP/2, until it is read. */
    private @Nullable ClearTextUpgrade upgrading;

    private @Nullable HttpExchange current;
    private boolean currentResponded;
    private boolean currentRead;
    private long bodyBytes;

    private boolean proceeding;
    private boolean closing;

    /** The request at hand is wrong: nothing of what still comes is read, and the connection ends with the response. */
    private boolean refused;

    private boolean ending;
    private @Nullable HalfClose lingering;
    private @Nullable Throwable failure;
    private long active;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    public HttpConnection(ServerContext service, EventLoopState loop, Upgrades upgrades) {
        this.service = service;
        this.loop = loop;
        this.upgrades = upgrades;
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
        releaseAhead();
        loop.remove(this);
    }

    // ---- requests in ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        active = loop.now();
        if (ending || refused) {
            discard(message);
        } else if (waits(message)) {
            ahead.add(message);
            from.channel().config().setAutoRead(false);
        } else {
            take(message);
        }
    }

    private boolean waits(Object message) {
        return !ahead.isEmpty() || current != null && currentRead || message instanceof HttpRequest && current != null;
    }

    private void discard(Object message) {
        if (lingering != null) {
            lingering.discard(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(Object message) {
        try {
            if (message instanceof HttpRequest request) {
                start(request);
            }
            if (message instanceof HttpContent content && upgrading != null) {
                upgrade(upgrading, content);
            } else if (message instanceof HttpContent content && current != null && !ending) {
                body(current, content);
            }
        } catch (BadRequest e) {
            refuse(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void start(HttpRequest request) {
        RequestReader.requireDecoded(request);
        boolean upgrade = asksForWebSocket(request);
        upgrading = upgrade ? null : asksForHttp2(request);
        if (upgrading != null) {
            return;
        }
        ScopeBuilder scope = service.scope(upgrade ? WEBSOCKET : "http", loop);
        Headers headers = RequestReader.read(request, scope, loop.repeats());
        Peer.describe(context.channel(), headers, upgrade, service.proxies(), scope);
        if (upgrade) {
            upgrade(request, headers, scope);
        } else {
            exchange(request, scope);
        }
    }

    private void exchange(HttpRequest request, ScopeBuilder scope) {
        boolean toHead = request.method().name().equals("HEAD");
        boolean http10 = request.protocolVersion().minorVersion() == 0;
        boolean keepsAlive = HttpUtil.isKeepAlive(request) && !closing;
        if (HttpUtil.getContentLength(request, 0L) > service.settings().maxBodyBytes()) {
            throw tooLarge();
        }
        boolean expectsContinue = !http10 && expectsContinue(request);
        ResponseWriter response = new Http1Response(service.signature(), toHead, http10, keepsAlive);
        if (!service.gate().beginRequest()) {
            throw BadRequest.beyond("requests");
        }
        HttpExchange exchange = new HttpExchange(this, outbound, this::resume, scope, response, service, loop);
        if (expectsContinue) {
            exchange.expectContinue();
        }
        current = exchange;
        currentRead = false;
        currentResponded = false;
        bodyBytes = 0;
        queue.serves(exchange.metrics());
        exchange.start();
    }

    private static boolean expectsContinue(HttpRequest request) {
        return BadRequest.requireExpectation(request.headers().get(HttpHeaderNames.EXPECT))
                && (HttpUtil.getContentLength(request, 0L) != 0 || HttpUtil.isTransferEncodingChunked(request));
    }

    private void body(HttpExchange exchange, HttpContent content) {
        requireDecoded(content);
        bodyBytes += content.content().readableBytes();
        if (bodyBytes > service.settings().maxBodyBytes()) {
            throw tooLarge();
        }
        boolean last = content instanceof LastHttpContent;
        currentRead = last;
        if (bodyBytes > 0) {
            exchange.bodyComes();
        }
        if (currentResponded) {
            proceedIfDone();
        } else if (last || content.content().isReadable()) {
            exchange.request(ByteBufUtil.getBytes(content.content()), !last);
            if (!last && !exchange.reads()) {
                context.channel().config().setAutoRead(false);
            }
        }
    }

    private static void requireDecoded(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            throw new BadRequest(
                    400, "malformed body: " + content.decoderResult().cause());
        }
    }

    private BadRequest tooLarge() {
        return BadRequest.tooLarge(service.settings().maxBodyBytes());
    }

    /** The application asks for more of the body. Any thread. */
    private void resume() {
        loop.run(() -> {
            if (current != null && ahead.isEmpty()) {
                context.channel().config().setAutoRead(true);
            }
        });
    }

    private void refuse(BadRequest mistake) {
        complain(context.channel().id(), mistake.status() + ", " + mistake.getMessage());
        HttpExchange exchange = current;
        if (exchange != null) {
            refused = true;
            exchange.refuse(mistake.status(), mistake);
            if (currentResponded) {
                current = null;
                end();
            }
            return;
        }
        service.listener().refused(mistake.reason());
        outbound.send(Http1Response.last(service.signature()).bare(mistake.status(), mistake.headers()));
        end();
    }

    // ---- other protocols ----

    /** What waits to be written or read belongs to HTTP/1.1, and it is no error to stay with that. */
    private @Nullable ClearTextUpgrade asksForHttp2(HttpRequest request) {
        return upgrades.speaksHttp2() && !closing && ahead.isEmpty() && outbound.isEmpty()
                ? ClearTextUpgrade.of(
                        request, context.channel(), service.settings().maxBodyBytes())
                : null;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    private void upgrade(ClearTextUpgrade request, HttpContent content) {
        requireDecoded(content);
        request.add(content);
        if (content instanceof LastHttpContent) {
            ending = true;
            context.writeAndFlush(Unpooled.wrappedBuffer(SWITCHING));
            upgrades.toHttp2(context.pipeline(), loop, request);
            context.pipeline().remove(this);
            context.pipeline().remove(RequestDecoder.class);
        }
    }

    private static boolean asksForWebSocket(HttpRequest request) {
        return request.protocolVersion().minorVersion() > 0
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, WEBSOCKET, true);
    }

    private void upgrade(HttpRequest request, Headers headers, ScopeBuilder scope) {
        boolean hasBody = HttpUtil.getContentLength(request, 0L) != 0 || HttpUtil.isTransferEncodingChunked(request);
        UpgradeRequest asked = new UpgradeRequest(
                request.method().name(), false, headers, hasBody, scope, new Http1Answers(service.signature()));
        if (!service.gate().beginHandshake()) {
            throw BadRequest.beyond("handshakes");
        }
        ManagedConnection webSocket = upgrades.upgrade(asked, loop);
        ending = true; // what the decoder still gives belongs to the request
        context.pipeline().addLast(webSocket);
        context.pipeline().remove(this);
        context.pipeline().remove(RequestDecoder.class);
    }

    // ---- responses out ----

    @Override
    public void responded(CompletionStage<Void> written, boolean keepsAlive) {
        written.whenComplete((nothing, failed) -> loop.later(() -> responded(keepsAlive && failed == null)));
    }

    private void responded(boolean keepsAlive) {
        HttpExchange exchange = current;
        if (exchange == null) {
            return;
        }
        active = loop.now();
        exchange.end(null);
        currentResponded = true;
        if (!keepsAlive || closing || refused) {
            current = null;
            end();
        } else {
            proceedIfDone();
        }
    }

    /** Goes on to the next request once this one is read and answered; what is left of its body is read and thrown away. */
    private void proceedIfDone() {
        if (currentRead && currentResponded) {
            current = null;
        }
        if (proceeding) {
            return;
        }
        proceeding = true;
        while (!ending && !ahead.isEmpty() && !(current != null && currentRead)) {
            take(ahead.remove());
        }
        proceeding = false;
        if (!ending && ahead.isEmpty()) {
            context.channel().config().setAutoRead(true);
        }
    }

    // ---- the end ----

    /** Closes when all is written. */
    private void end() {
        end(() -> lingering = new HalfClose(context.channel()));
    }

    @Override
    public void abort() {
        end(outbound::closeChannel);
    }

    private void end(Runnable afterLast) {
        if (ending) {
            return;
        }
        ending = true;
        active = loop.now();
        releaseAhead();
        outbound.close("the connection ends", null);
        outbound.whenFlushed(afterLast);
    }

    private void releaseAhead() {
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        ending = true;
        releaseAhead();
        outbound.discard("1006, the peer left");
        HttpExchange exchange = current;
        current = null;
        if (exchange != null) {
            exchange.end(failure);
        }
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        complain(caught.channel().id(), cause.toString());
        failure = cause;
        cut();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable()) {
            outbound.channelWritable();
        }
    }

    @Override
    protected void cut() {
        outbound.closeChannel();
    }

    /** A browser comes back as soon as its stream ends. */
    @Override
    protected boolean drainsInTurn() {
        return current != null && current.streamsEvents();
    }

    @Override
    protected void drain() {
        closing = true;
        if (current == null) {
            end();
        } else {
            current.drain();
        }
    }

    @Override
    protected void tick(long now) {
        long silent = now - active;
        if (ending) {
            Duration limit = lingering == null ? service.settings().closeTimeout() : LINGER;
            if (silent > limit.toNanos()) {
                cut();
            }
        } else if (silent > service.settings().idleTimeout().toNanos() && waitsForPeer()) {
            cut();
        }
    }

    private boolean waitsForPeer() {
        return current == null || !currentRead && context.channel().config().isAutoRead();
    }
}
