package io.channels4j.netty;

import io.channels4j.netty.connection.Loop;
import io.channels4j.netty.connection.Service;
import io.channels4j.netty.http.HttpConnection;
import io.channels4j.netty.http.RequestDecoder;
import io.channels4j.netty.http.Upgrades;
import io.channels4j.netty.websocket.WebSocketConnection;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.util.Map;

/** Sets up a new connection: it starts as HTTP and may become a WebSocket. */
final class Acceptor extends ChannelInitializer<io.netty.channel.Channel> {

    private final Service service;
    private final Map<EventLoop, Loop> loops;
    private final Upgrades upgrades;

    Acceptor(Service service, Map<EventLoop, Loop> loops) {
        this.service = service;
        this.loops = loops;
        this.upgrades = (request, loop) -> new WebSocketConnection(request, service, loop);
    }

    @Override
    protected void initChannel(io.netty.channel.Channel socket) {
        Loop loop = loops.get(socket.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("event loop: %s is not of this server".formatted(socket.eventLoop()));
        }
        socket.pipeline()
                .addLast(new RequestDecoder(service.settings().maxHeaderBytes()))
                .addLast(new HttpConnection(service, loop, upgrades));
    }
}
