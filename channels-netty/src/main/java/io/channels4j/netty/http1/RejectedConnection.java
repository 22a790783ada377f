package io.channels4j.netty.http1;

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
 * A connection that exceeds a server limit. The client receives status 503, or GOAWAY if it negotiated HTTP/2 during the TLS
 * handshake. Then the connection is closed.
 *
 * <p>Confined to its event loop.
 */
public final class RejectedConnection extends ManagedConnection {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ServerContext server;
    private final EventLoopState loop;
    private final byte[] http2Refusal;
    private long started;
    private @Nullable HalfClose lingering;
    private @Nullable ChannelHandlerContext context;

    /** Creates the handler. {@code http2Refusal} is sent to a client that negotiated HTTP/2. */
    public RejectedConnection(ServerContext server, EventLoopState loop, byte[] http2Refusal) {
        this.server = server;
        this.loop = loop;
        this.http2Refusal = http2Refusal;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        started = loop.now();
        loop.add(this);
        if (added.pipeline().get(SslHandler.class) == null) {
            loop.later(() -> respond(added, unavailable()));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            String protocol = from.pipeline().get(SslHandler.class).applicationProtocol();
            respond(
                    from,
                    ApplicationProtocolNames.HTTP_2.equals(protocol) ? EncodedBytes.of(http2Refusal) : unavailable());
        }
    }

    private OutboundFrame unavailable() {
        Http1Format format = new Http1Format(server.responseHeaders());
        return format.refusal().bare(503, Headers.of("retry-after", "1"), format.date());
    }

    private void respond(ChannelHandlerContext to, OutboundFrame response) {
        to.writeAndFlush(response.encode(to.alloc()))
                .addListener(written -> lingering = HalfClose.start(to.channel(), loop));
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
        // the connection closes after LIMIT anyway
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing the channel ends this handler
    protected void cut() {
        if (context != null) {
            context.close();
        }
    }
}
