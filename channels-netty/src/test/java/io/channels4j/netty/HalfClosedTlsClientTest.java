package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests TLS clients that end their output (close_notify) after a request, and continue to read. */
class HalfClosedTlsClientTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    /** A text message. */
    private static final byte[] MESSAGE = RawClient.frameBytes(0x81, new byte[] {'h', 'i'});

    /** A close frame with code 1000. */
    private static final byte[] CLOSE = RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8});

    private static TestCertificate certificate;
    private static SSLContext tls;

    @BeforeAll
    static void createCertificate(@TempDir Path directory) throws GeneralSecurityException, IOException {
        certificate = TestCertificate.create(directory);
        tls = certificate.forClients();
    }

    private static NettyServerBuilder server(Apps.Script script) {
        return ServersWithoutLifespan.builder(Apps.script(script)).port(0).tls(certificate.forServers());
    }

    /**
     * Returns a connected client.
     *
     * @param endsTcp whether the client also ends its TCP output after its close_notify
     */
    private static RawClient connect(NettyServer server, String version, boolean endsTcp) {
        try {
            Socket tcp = new Socket(
                    server.localAddress().getAddress(), server.localAddress().getPort());
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(tcp, "localhost", tcp.getPort(), endsTcp);
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawClient connect(NettyServer server, boolean endsTcp) {
        return connect(server, "TLSv1.3", endsTcp);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("RFC 8446 §6.1: a client that has sent close_notify receives the response, then the connection closes")
    void answersHalfClosedClient(boolean endsTcp) {
        try (NettyServer server =
                server(http -> http.respond(200, Headers.empty(), "hello")).start()) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = connect(server, endsTcp)) {
                    client.send(GET).shutDownOutput();

                    assertThat(client.response("GET").body()).isEqualTo("hello");
                    assertThat(client.ended()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersPipelinedRequestsAfterTheEndOfTheInputWasRead(boolean endsTcp) {
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                            proceed.join();
                            http.respond(200, Headers.empty(), "x".repeat(1 << 20));
                        })
                        .start();
                RawClient client = connect(server, endsTcp)) {
            client.send(GET + GET + GET).shutDownOutput();
            proceed.complete(null);

            for (int i = 0; i < 3; i++) {
                assertThat(client.response("GET").body()).hasSize(1 << 20);
            }
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesConnectionWithoutARequest(boolean endsTcp) {
        try (NettyServer server = server(http -> {}).start();
                RawClient silent = connect(server, endsTcp);
                RawClient kept = connect(server, endsTcp)) {
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
                RawClient client = connect(server, false)) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
                    .shutDownOutput();

            assertThat(seen.get(10, TimeUnit.SECONDS).complete()).isFalse();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    @DisplayName("RFC 5246 §7.2.1: in TLS 1.2, the connection and its requests end when the client sends close_notify")
    void closeNotifyEndsTheConnectionInTls12() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<HttpDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                            http.next();
                            started.complete(null);
                            seen.complete((HttpDisconnect) http.next());
                        })
                        .start();
                RawClient client = connect(server, "TLSv1.2", false)) {
            client.send(GET);
            started.get(10, TimeUnit.SECONDS);
            client.shutDownOutput();

            assertThat(seen.get(10, TimeUnit.SECONDS).complete()).isFalse();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    @DisplayName(
            "P2: the disconnect of a TLS client is detected within the close time-out if the response has not started")
    void responseThatDoesNotStartEndsTheRequest() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<HttpDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(http -> {
                            http.next();
                            started.complete(null);
                            seen.complete((HttpDisconnect) http.next());
                        })
                        .timeouts(ServerTimeouts.defaults().withClock(now::get))
                        .start();
                RawClient client = connect(server, true)) {
            client.send(GET);
            started.get(10, TimeUnit.SECONDS);
            client.shutDownOutput();
            Awaitility.await().until(() -> {
                now.updateAndGet(time -> time.plusSeconds(1));
                return seen.isDone();
            });

            assertThat(now.get())
                    .isAfter(Instant.EPOCH.plus(ServerTimeouts.defaults().close()));
            assertThat(client.ended()).isTrue();
        }
    }

    private static void echoOnce(Apps.Conversation socket, CompletableFuture<WebSocketDisconnect> seen)
            throws Exception {
        assertThat(socket.next()).isInstanceOf(WebSocketConnect.class);
        socket.send(new WebSocketAccept());
        if (socket.next() instanceof WebSocketReceive received) {
            socket.send(WebSocketSend.text(received.text()));
        }
        seen.complete((WebSocketDisconnect) socket.next());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("RFC 6455 §7.1.1: a client that ends its output after its close frame receives the rest and the close"
            + " frame")
    void answersCloseFrameOfHalfClosedClient(boolean endsTcp) throws Exception {
        CompletableFuture<WebSocketDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(socket -> echoOnce(socket, seen)).start();
                RawClient client = connect(server, endsTcp)) {
            assertThat(client.handshake("/").status()).isEqualTo(101);
            byte[] both = java.util.Arrays.copyOf(MESSAGE, MESSAGE.length + CLOSE.length);
            System.arraycopy(CLOSE, 0, both, MESSAGE.length, CLOSE.length);
            client.send(both).shutDownOutput();

            assertThat(client.frame().text()).isEqualTo("hi");
            assertThat(client.frame().closeCode()).isEqualTo(1000);
            assertThat(client.ended()).isTrue();
            assertThat(seen.get(10, TimeUnit.SECONDS).code()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("P2: close_notify without a close frame causes one disconnect with code 1006")
    void endOfInputEndsWebSocket(boolean endsTcp) throws Exception {
        CompletableFuture<WebSocketDisconnect> seen = new CompletableFuture<>();
        try (NettyServer server = server(socket -> echoOnce(socket, seen)).start();
                RawClient client = connect(server, endsTcp)) {
            assertThat(client.handshake("/").status()).isEqualTo(101);
            client.send(MESSAGE);
            assertThat(client.frame().text()).isEqualTo("hi");
            client.shutDownOutput();

            assertThat(seen.get(10, TimeUnit.SECONDS).code()).isEqualTo(1006);
            assertThat(client.ended()).isTrue();
        }
    }
}
