package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests clients that shut down their output after a request. */
class HalfClosedClientTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private static NettyServerBuilder server(Apps.Script script) {
        return ServersWithoutLifespan.builder(Apps.script(script)).port(0);
    }

    @Test
    @DisplayName("RFC 9112 §9.6: a client that has shut down its output receives the response")
    void answersHalfClosedClient() {
        try (NettyServer server =
                server(http -> http.respond(200, Headers.empty(), "hello")).start()) {
            for (int i = 0; i < 50; i++) {
                try (RawClient client = new RawClient(server.localAddress())) {
                    client.send(GET).shutDownOutput();

                    assertThat(client.response("GET").body()).isEqualTo("hello");
                    assertThat(client.ended()).isTrue();
                }
            }
        }
    }

    @Test
    void answersAfterTheEndOfTheInputWasRead() {
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                            proceed.join();
                            http.respond(200, Headers.empty(), "x".repeat(1 << 20));
                        })
                        .start();
                RawClient first = new RawClient(server.localAddress());
                RawClient second = new RawClient(server.localAddress())) {
            first.send(GET).shutDownOutput();
            second.send(GET + GET + GET).shutDownOutput(); // the server reads the end of the input before it responds
            proceed.complete(null);

            assertThat(first.response("GET").body()).hasSize(1 << 20);
            for (int i = 0; i < 3; i++) {
                assertThat(second.response("GET").body()).hasSize(1 << 20);
            }
            assertThat(first.ended()).isTrue();
            assertThat(second.ended()).isTrue();
        }
    }

    @Test
    void closesConnectionWithoutARequest() {
        try (NettyServer server = server(http -> {}).start();
                RawClient silent = new RawClient(server.localAddress());
                RawClient kept = new RawClient(server.localAddress())) {
            assertThat(silent.shutDownOutput().ended()).isTrue();
            kept.send(GET).response("GET");
            assertThat(kept.shutDownOutput().ended()).isTrue();
        }
    }

    @Test
    void incompleteBodyEndsTheRequest() throws Exception {
        CompletableFuture<HttpDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                            http.next();
                            seen.complete((HttpDisconnect) http.next());
                        })
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
                    .shutDownOutput();

            assertThat(seen.get(10, TimeUnit.SECONDS).complete()).isFalse();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    @DisplayName("P2: an event stream ends when its client shuts down its output")
    void endOfInputEndsEventStream() throws Exception {
        CompletableFuture<HttpDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                    http.next();
                    http.send(new HttpResponseStart(200, Headers.of("content-type", "text/event-stream")));
                    http.send(new HttpResponseBody(new byte[] {':', '\n', '\n'}, true));
                    seen.complete((HttpDisconnect) http.next());
                })
                .start()) {
            try (RawClient client = new RawClient(server.localAddress())) {
                client.send(GET).readUntil(":\n\n");
            }

            assertThat(seen.get(10, TimeUnit.SECONDS).complete()).isFalse();
        }
    }

    @Test
    @DisplayName("P2: the disconnect of a client is detected within the close time-out if the response has not started")
    void responseThatDoesNotStartEndsTheRequest() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<HttpDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                            http.next();
                            started.complete(null);
                            seen.complete((HttpDisconnect) http.next());
                        })
                        .timeouts(ServerTimeouts.defaults()
                                .withClose(Duration.ofSeconds(7))
                                .withClock(now::get))
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send(GET);
            started.get(10, TimeUnit.SECONDS);
            client.shutDownOutput();
            org.awaitility.Awaitility.await().until(() -> {
                now.updateAndGet(time -> time.plusSeconds(1));
                return seen.isDone();
            });

            assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(7));
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    @DisplayName("P2: the end of a WebSocket's input causes one disconnect with code 1006")
    void endOfInputEndsWebSocket() throws Exception {
        CompletableFuture<WebSocketDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(socket -> {
                            assertThat(socket.next()).isInstanceOf(WebSocketConnect.class);
                            socket.send(new WebSocketAccept());
                            seen.complete((WebSocketDisconnect) socket.next());
                        })
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            client.shutDownOutput();

            assertThat(seen.get(10, TimeUnit.SECONDS).code()).isEqualTo(1006);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    @DisplayName("RFC 6455 §7.1.1: a client that ends its output after its close frame receives the rest and the close"
            + " frame")
    void answersCloseFrameOfHalfClosedClient() {
        byte[] messageAndClose = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x', (byte) 0x88, (byte) 0x80, 0, 0, 0, 0};
        try (NettyServer server = server(socket -> {
                    socket.next();
                    socket.send(new WebSocketAccept());
                    socket.next();
                    socket.send(WebSocketSend.text("y".repeat(1 << 16)));
                    socket.next();
                })
                .start()) {
            for (int i = 0; i < 50; i++) {
                try (RawClient client = RawClient.open(server, "/")) {
                    client.send(messageAndClose).shutDownOutput();

                    assertThat(client.frame().text()).hasSize(1 << 16);
                    assertThat(client.frame().opcode()).isEqualTo(8);
                    assertThat(client.ended()).isTrue();
                }
            }
        }
    }
}
