package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.websocket.WebSocketAccept;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests protocol negotiation in the TLS handshake (RFC 9113 §3.2). */
class Http2TlsTest {

    private static TestCertificate certificate;

    private final CompletableFuture<Scope> opened = new CompletableFuture<>();

    @BeforeAll
    static void createCertificate(@TempDir Path files) {
        certificate = TestCertificate.create(files);
    }

    private NettyServerBuilder reportingHttpVersion() {
        return ServersWithoutLifespan.builder(Apps.script(connection -> {
                    opened.complete(connection.scope());
                    if (connection.scope().type().equals("websocket")) {
                        connection.next();
                        connection.send(new WebSocketAccept());
                        connection.next();
                    } else {
                        connection.respond(
                                200, Headers.empty(), connection.scope().httpVersion());
                    }
                }))
                .port(0)
                .tls(certificate.forServers());
    }

    private static SSLSocket connect(NettyServer server, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) certificate
                .forClients()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.localAddress().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
        socket.startHandshake();
        return socket;
    }

    private static String getOverHttp1(SSLSocket socket, String... headers) throws Exception {
        StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    @Test
    void jdkClientUsesHttp2() throws Exception {
        try (NettyServer server = reportingHttpVersion().start()) {
            HttpResponse<String> response = HttpClient.newBuilder()
                    .sslContext(certificate.forClients())
                    .build()
                    .send(HttpRequest.newBuilder(server.url()).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body()).isEqualTo("2");
            assertThat(opened.get(10, TimeUnit.SECONDS).scheme()).isEqualTo("https");
            assertThat(opened.get().tls()).isPresent();
        }
    }

    @Test
    @DisplayName("RFC 9113 §3.2: http/1.1 is negotiated with a client that offers nothing else")
    void negotiatesHttp1() throws Exception {
        try (NettyServer server = reportingHttpVersion().start();
                SSLSocket socket = connect(server, "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(getOverHttp1(socket)).endsWith("\r\n1.1");
        }
    }

    @Test
    void usesHttp1WithoutAlpn() throws Exception {
        try (NettyServer server = reportingHttpVersion().start();
                SSLSocket socket = connect(server)) {
            assertThat(getOverHttp1(socket)).endsWith("\r\n1.1");
        }
    }

    @Test
    void negotiatesHttp1WhenHttp2IsDisabled() throws Exception {
        try (NettyServer server =
                        reportingHttpVersion().http2(Http2Settings.disabled()).start();
                SSLSocket socket = connect(server, "h2", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(getOverHttp1(socket)).endsWith("\r\n1.1");
        }
    }

    @Test
    @DisplayName("RFC 9113 §3.3: HTTP/2 is served only if it was negotiated")
    void rejectsPrefaceWithoutAlpn() throws Exception {
        try (NettyServer server = reportingHttpVersion().start();
                SSLSocket socket = connect(server, "http/1.1")) {
            socket.getOutputStream().write(Http2Client.PREFACE.getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 505 ");
        }
    }

    @Test
    @DisplayName("RFC 7540 §3.2: an upgrade over TLS is ignored")
    void ignoresUpgradeOverTls() throws Exception {
        try (NettyServer server = reportingHttpVersion().start();
                SSLSocket socket = connect(server, "http/1.1")) {
            assertThat(getOverHttp1(socket, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: "))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void webSocketSchemeIsWss() throws Exception {
        try (NettyServer server = reportingHttpVersion().start();
                Http2Client client = new Http2Client(connect(server, "h2")).begin()) {
            assertThat(client.connectWebSocket(1, "/").head(1).status()).isEqualTo(200);
            assertThat(opened.get(10, TimeUnit.SECONDS).scheme()).isEqualTo("wss");
            assertThat(opened.get().tls()).isPresent();
        }
    }

    @Test
    void refusesConnectionBeyondTheLimitInTheNegotiatedProtocol() throws Exception {
        try (NettyServer server = reportingHttpVersion()
                        .limits(ServerLimits.defaults().withMaxConnections(1))
                        .start();
                Http2Client first = new Http2Client(connect(server, "h2")).begin();
                SSLSocket http1 = connect(server, "http/1.1");
                Http2Client second = new Http2Client(connect(server, "h2"))) {
            assertThat(second.await(Http2Client.GOAWAY).error()).isEqualTo(Http2Client.ENHANCE_YOUR_CALM);
            assertThat(new String(http1.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 503 ");
            assertThat(first.get(1, "/").response(1).status()).isEqualTo(200);
        }
    }
}
