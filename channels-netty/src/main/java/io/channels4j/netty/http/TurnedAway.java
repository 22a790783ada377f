package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is one too many: it is told so with status 503, whatever it was about to ask.
 *
 * <p>Confined to its event loop.
 */
public final class TurnedAway extends ManagedConnection {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ServerContext service;
    private final EventLoopState loop;
    private final byte[] http2;
    private long started;
    private @Nullable HalfClose lingering;
    private @Nullable ChannelHandlerContext context;

    /**
     * Creates it.
     *
     * @param http2 what is said to a peer that speaks HTTP/2, as far as that is known before it has said anything
     */
    public TurnedAway(ServerContext service, EventLoopState loop, byte[] http2) {
        this.service = service;
        this.loop = loop;
        this.http2 = http2;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        started = loop.now();
        loop.add(this);
        if (added.pipeline().get(SslHandler.class) == null) {
            loop.later(() -> say(Http1Response.last(service.signature()).bare(503, Headers.of("retry-after", "1"))));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            String protocol = from.pipeline().get(SslHandler.class).applicationProtocol();
            say(
                    ApplicationProtocolNames.HTTP_2.equals(protocol)
                            ? EncodedBytes.of(http2)
                            : Http1Response.last(service.signature()).bare(503, Headers.of("retry-after", "1")));
        }
    }

    private void say(OutboundFrame last) {
        if (context != null) {
            ChannelHandlerContext to = context;
            to.writeAndFlush(last.encode(to.alloc())).addListener(written -> lingering = new HalfClose(to.channel()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (lingering == null) {
            ReferenceCountUtil.release(message);
        } else {
            lingering.discard(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        loop.remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        cut();
    }

    @Override
    protected void tick(long now) {
        if (now - started > LIMIT.toNanos()) {
            cut();
        }
    }

    @Override
    protected void drain() {
        // it ends by itself
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    protected void cut() {
        if (context != null) {
            context.close();
        }
    }
}
