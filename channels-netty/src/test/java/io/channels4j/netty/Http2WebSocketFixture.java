package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A server and a client whose WebSockets are HTTP/2 streams (RFC 8441). */
abstract class Http2WebSocketFixture {

    final CompletableFuture<Scope> opened = new CompletableFuture<>();
    final CompletableFuture<Sender> sender = new CompletableFuture<>();
    final CompletableFuture<Event> last = new CompletableFuture<>();
    NettyServer server;
    Http2Client client;

    Http2Client connect(NettyServerBuilder builder, int... settings) {
        server = builder.port(0).start();
        client = Http2Client.open(server, settings);
        return client;
    }

    Http2Client connect(Application application, int... settings) {
        return connect(ServersWithoutLifespan.builder(application), settings);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** Accepts the WebSocket and records the last event. */
    Application accepting() {
        return Apps.script(socket -> {
            opened.complete(socket.scope());
            socket.next();
            socket.send(new WebSocketAccept());
            sender.complete(socket.sender());
            Event event = socket.next();
            while (event instanceof WebSocketReceive) {
                event = socket.next();
            }
            last.complete(event);
        });
    }

    WebSocketDisconnect disconnect() throws Exception {
        return (WebSocketDisconnect) last.get(10, TimeUnit.SECONDS);
    }
}
