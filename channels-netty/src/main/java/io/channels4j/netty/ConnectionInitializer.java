package io.channels4j.netty;

import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.http.ClearTextUpgrade;
import io.channels4j.netty.http.HttpConnection;
import io.channels4j.netty.http.RequestDecoder;
import io.channels4j.netty.http.TurnedAway;
import io.channels4j.netty.http.UpgradeRequest;
import io.channels4j.netty.http.Upgrades;
import io.channels4j.netty.http2.Http2;
import io.channels4j.netty.http2.Negotiation;
import io.channels4j.netty.http2.PriorKnowledge;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.proxy.ProxyProtocolDecoder;
import io.channels4j.netty.websocket.WebSocketConnection;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sets up a new connection: it starts as HTTP/1.1, and may turn out to be HTTP/2 or become a WebSocket. */
final class ConnectionInitializer extends ChannelInitializer<io.netty.channel.Channel> {

    private static final String TLS = "tls";

    private final ServerContext service;
    private final Map<EventLoop, EventLoopState> loops;
    private final Upgrades upgrades;
    private final Http2 http2;
    private final AtomicReference<@Nullable SslContext> tls;

    ConnectionInitializer(
            ServerContext service, Map<EventLoop, EventLoopState> loops, AtomicReference<@Nullable SslContext> tls) {
        this.service = service;
        this.loops = loops;
        this.tls = tls;
        this.upgrades = new Protocols();
        this.http2 = new Http2(service, upgrades);
    }

    /** What a connection may go on with. */
    private final class Protocols implements Upgrades {

        @Override
        public ManagedConnection upgrade(UpgradeRequest request, EventLoopState loop) {
            return new WebSocketConnection(request, service, loop);
        }

        @Override
        public boolean speaksHttp2() {
            return service.settings().multiplexing().enabled();
        }

        @Override
        public void toHttp2(ChannelPipeline pipeline, EventLoopState loop, ClearTextUpgrade request) {
            http2.start(pipeline, loop, request);
        }
    }

    @Override
    protected void initChannel(io.netty.channel.Channel socket) {
        EventLoopState loop = loops.get(socket.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("event loop: %s is not of this server".formatted(socket.eventLoop()));
        }
        if (service.settings().proxyProtocol()) {
            socket.pipeline().addLast(new ProxyProtocolDecoder());
        }
        SslContext context = tls.get();
        if (context != null) {
            SslHandler handler = context.newHandler(socket.alloc());
            handler.setHandshakeTimeoutMillis(
                    service.settings().handshakeTimeout().toMillis());
            socket.pipeline().addLast(TLS, handler);
        }
        SocketAddress client = socket.remoteAddress();
        String limit = service.gate().enter(client);
        if (limit != null) {
            service.listener().refused(limit);
            ServerLog.peer(socket.id(), "turned away, limit: " + limit);
            socket.pipeline().addLast(new TurnedAway(service, loop, Http2.refusal()));
            return;
        }
        socket.closeFuture().addListener(closed -> service.gate().leave(client));
        if (upgrades.speaksHttp2()) {
            Runnable toHttp2 = () -> {
                socket.pipeline().remove(RequestDecoder.class);
                socket.pipeline().remove(HttpConnection.class);
                http2.start(socket.pipeline(), loop);
            };
            socket.pipeline().addLast(context == null ? new PriorKnowledge(toHttp2) : new Negotiation(toHttp2));
        }
        socket.pipeline()
                .addLast(new RequestDecoder(service.settings().maxHeaderBytes()))
                .addLast(new HttpConnection(service, loop, upgrades));
    }
}
