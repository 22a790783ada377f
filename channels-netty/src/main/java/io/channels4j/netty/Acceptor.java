package io.channels4j.netty;

import io.channels4j.netty.connection.Loop;
import io.channels4j.netty.connection.ProxyProtocol;
import io.channels4j.netty.connection.ServerLog;
import io.channels4j.netty.connection.Service;
import io.channels4j.netty.http.HttpConnection;
import io.channels4j.netty.http.RequestDecoder;
import io.channels4j.netty.http.TurnedAway;
import io.channels4j.netty.http.Upgrades;
import io.channels4j.netty.websocket.WebSocketConnection;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sets up a new connection: it starts as HTTP and may become a WebSocket. */
final class Acceptor extends ChannelInitializer<io.netty.channel.Channel> {

    private static final String TLS = "tls";

    private final Service service;
    private final Map<EventLoop, Loop> loops;
    private final Upgrades upgrades;
    private final AtomicReference<@Nullable SslContext> tls;

    Acceptor(Service service, Map<EventLoop, Loop> loops, AtomicReference<@Nullable SslContext> tls) {
        this.service = service;
        this.loops = loops;
        this.tls = tls;
        this.upgrades = (request, loop) -> new WebSocketConnection(request, service, loop);
    }

    @Override
    protected void initChannel(io.netty.channel.Channel socket) {
        Loop loop = loops.get(socket.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("event loop: %s is not of this server".formatted(socket.eventLoop()));
        }
        if (service.settings().proxyProtocol()) {
            socket.pipeline().addLast(new ProxyProtocol());
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
            socket.pipeline().addLast(new TurnedAway(service, loop));
            return;
        }
        socket.closeFuture().addListener(closed -> service.gate().leave(client));
        socket.pipeline()
                .addLast(new RequestDecoder(service.settings().maxHeaderBytes()))
                .addLast(new HttpConnection(service, loop, upgrades));
    }
}
