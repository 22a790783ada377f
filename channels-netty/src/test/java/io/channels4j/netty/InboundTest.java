package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketReceive;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InboundTest {

    @Test
    @DisplayName("P3: the server stops reading while the application does not receive, and loses nothing")
    void stopsReadingWhileTheApplicationDoesNotReceive() throws Exception {
        int max = 10_000;
        byte[] frame = RawClient.frameBytes(0x82, new byte[10_000]);
        CompletableFuture<Void> startReceiving = new CompletableFuture<>();
        CompletableFuture<Integer> received = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.script(socket -> {
                            socket.next();
                            socket.send(new WebSocketAccept());
                            startReceiving.join();
                            int count = 0;
                            for (Event event = socket.next();
                                    event instanceof WebSocketReceive;
                                    event = socket.next()) {
                                count++;
                            }
                            received.complete(count);
                        }))
                        .port(0)
                        .start();
                Socket socket = new Socket(
                        server.localAddress().getAddress(),
                        server.localAddress().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(RawClient.handshakeRequest("/").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            AtomicInteger sent = new AtomicInteger();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    while (sent.get() < max) {
                        out.write(frame);
                        sent.incrementAndGet();
                    }
                    out.write(RawClient.frameBytes(0x88, new byte[0]));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            assertThat(writing)
                    .as("100 MB do not fit in the buffers of a connection")
                    .failsWithin(500, TimeUnit.MILLISECONDS);
            startReceiving.complete(null);

            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(max);
        }
    }
}
