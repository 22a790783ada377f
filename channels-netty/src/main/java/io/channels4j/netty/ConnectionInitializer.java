package io.channels4j.netty;

import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.http.WebSocketUpgrader;
import io.channels4j.netty.http1.Http1Connection;
import io.channels4j.netty.http1.RejectedConnection;
import io.channels4j.netty.http1.RequestDecoder;
import io.channels4j.netty.http2.AlpnHandler;
import io.channels4j.netty.http2.Http2Pipeline;
import io.channels4j.netty.http2.PrefaceDetector;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.proxy.ProxyProtocolDecoder;
import io.channels4j.netty.websocket.WebSocketConnection;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Assembles the handlers of a new connection. */
final class ConnectionInitializer extends ChannelInitializer<io.netty.channel.Channel> {

    private static final String TLS = "tls";

    private final ServerContext service;
    private final ServerThreads threads;
    private final WebSocketUpgrader webSockets;
    private final @Nullable Http2Pipeline http2;
    private final ReloadableTls tls;

    ConnectionInitializer(ServerContext service, ServerThreads threads, ReloadableTls tls) {
        this.service = service;
        this.threads = threads;
        this.tls = tls;
        this.webSockets = (request, loop) -> new WebSocketConnection(request, service, loop);
        this.http2 = service.http2().enabled() ? new Http2Pipeline(service, webSockets) : null;
    }

    @Override
    protected void initChannel(io.netty.channel.Channel socket) {
        EventLoopState loop = threads.state(socket.eventLoop());
        if (service.proxies().proxyProtocol()) {
            socket.pipeline().addLast(new ProxyProtocolDecoder());
        }
        SslContext context = tls.current();
        if (context != null) {
            SslHandler handler = context.newHandler(socket.alloc());
            handler.setHandshakeTimeoutMillis(service.timeouts().handshake().toMillis());
            socket.pipeline()
                    .addLast(TLS, handler)
                    .addLast(new RenegotiationGuard())
                    .addLast(new CloseNotifyHandler());
        }
        SocketAddress client = socket.remoteAddress();
        String limit = service.admission().enter(client);
        if (limit != null) {
            service.listener().refused(limit);
            ServerLog.peer(socket.id(), "rejected, limit: " + limit);
            socket.pipeline().addLast(new RejectedConnection(service, loop, Http2Pipeline.refusal()));
            return;
        }
        socket.closeFuture().addListener(closed -> service.admission().leave(client));
        if (http2 != null) {
            Runnable toHttp2 = () -> {
                socket.pipeline().remove(RequestDecoder.class);
                socket.pipeline().remove(Http1Connection.class);
                http2.start(socket.pipeline(), loop);
            };
            socket.pipeline().addLast(context == null ? new PrefaceDetector(toHttp2) : new AlpnHandler(toHttp2));
        }
        socket.pipeline()
                .addLast(new RequestDecoder(
                        service.limits().maxUrlBytes(), service.limits().maxHeaderBytes()))
                .addLast(new Http1Connection(service, loop, webSockets, http2));
    }
}
