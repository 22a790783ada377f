package io.channels4j.netty;

import io.channels4j.Headers;
import io.channels4j.server.ServerListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;

/** A server whose application responds once {@code proceed} is complete, and an HTTP/2 client. */
abstract class Http2LimitsFixture {

    final CompletableFuture<Void> proceed = new CompletableFuture<>();
    final Semaphore started = new Semaphore(0);
    final List<String> refused = new CopyOnWriteArrayList<>();
    NettyServer server;
    Http2Client client;

    NettyServerBuilder respondingAfterProceed() {
        return ServersWithoutLifespan.builder(Apps.script(http -> {
                    started.release();
                    proceed.join();
                    http.respond(200, Headers.empty(), "late");
                }))
                .port(0)
                .listeners(new ServerListener() {
                    @Override
                    public void refused(String reason) {
                        refused.add(reason);
                    }
                });
    }

    Http2Client connect(NettyServerBuilder builder) {
        server = builder.start();
        client = Http2Client.open(server);
        return client;
    }

    @AfterEach
    void stop() {
        proceed.complete(null);
        client.close();
        server.close();
    }
}
