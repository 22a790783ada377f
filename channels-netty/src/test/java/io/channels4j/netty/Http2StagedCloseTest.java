package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.CONTINUATION;
import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.GOAWAY;
import static io.channels4j.netty.Http2Client.HEADERS;
import static io.channels4j.netty.Http2Client.PING;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that final responses and GOAWAY reach a client that is still sending, and that incomplete requests time out. */
class Http2StagedCloseTest {

    private static final int BODY_LIMIT = 10_000;
    private static final int MORE_FRAMES = 1024; // each of 16 KiB
    private static final byte[] PART = new byte[16_384];

    private static TestCertificate certificate;

    private NettyServer server;
    private Http2Client client;

    @BeforeAll
    static void createCertificate(@TempDir Path files) {
        certificate = TestCertificate.create(files);
    }

    private void connect(String transport) throws Exception {
        NettyServerBuilder builder = ServersWithoutLifespan.builder(Apps.script(http ->
                        http.respond(200, Headers.empty(), "" + http.body().length())))
                .port(0)
                .limits(ServerLimits.defaults().withMaxBodyBytes(BODY_LIMIT));
        boolean encrypted = !transport.equals("plain");
        server = encrypted ? builder.tls(certificate.forServers()).start() : builder.start();
        client = encrypted ? new Http2Client(connectTls(transport)).begin() : Http2Client.open(server);
        client.await(Http2Client.SETTINGS);
    }

    private SSLSocket connectTls(String protocol) throws Exception {
        SSLSocket socket = (SSLSocket) certificate
                .forClients()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.localAddress().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    // ---- the connection ends ----

    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.2", "TLSv1.3"})
    @DisplayName("RFC 9113 §5.4.1: GOAWAY reaches a client that keeps sending")
    void goAwayArrives(String transport) throws Exception {
        connect(transport);
        client.window(0, 0); // causes a connection error
        for (int i = 0; i < MORE_FRAMES; i++) {
            client.frame(0x16, 0, 0, PART);
        }

        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
        assertThat(client.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.2", "TLSv1.3"})
    @DisplayName("RFC 9113 §10.5: GOAWAY reaches a client that floods the connection")
    void goAwayOfAFloodArrives(String transport) throws Exception {
        connect(transport);
        for (int i = 0; i < 10_001; i++) {
            client.frame(Http2Client.PRIORITY, 0, 1, new byte[5]);
        }
        for (int i = 0; i < MORE_FRAMES; i++) {
            client.frame(0x16, 0, 0, PART);
        }

        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.ENHANCE_YOUR_CALM);
        assertThat(client.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.3"})
    @DisplayName("RFC 6585 §5: a header section without an end gets status 431, then the connection ends")
    void endlessHeadersGet431(String transport) throws Exception {
        connect(transport);
        client.frame(HEADERS, END_STREAM, 1, Http2Client.block(Http2Client.request("GET", "/")));
        for (int i = 0; i < MORE_FRAMES; i++) {
            client.frame(CONTINUATION, 0, 1, PART);
        }

        assertThat(client.response(1).status()).isEqualTo(431);
        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
        assertThat(client.ended()).isTrue();
    }

    @Test
    @DisplayName("RFC 9113 §5.4.1: an error is reported in GOAWAY even while the connection shuts down")
    void goAwayOfAnErrorFollowsGoAwayOfTheShutdown() throws Exception {
        connect("plain");
        client.post(1, "/");
        Thread closing = new Thread(server::close);
        closing.start();
        client.await(GOAWAY);
        client.frame(PING, Http2Client.ACK, 0, client.await(PING).payload());
        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.NO_ERROR);
        client.window(0, 0);

        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
        assertThat(client.ended()).isTrue();
        closing.join();
    }

    // ---- the head of a request does not arrive ----

    private void connectWithShortHandshake() {
        server = ServersWithoutLifespan.builder(Apps.script(
                        http -> http.scope().closed().toCompletableFuture().join()))
                .port(0)
                .timeouts(ServerTimeouts.defaults().withHandshake(Duration.ofMillis(200)))
                .start();
        client = new Http2Client(Http2Client.connect(server));
    }

    @Test
    @DisplayName("RFC 9110 §15.5.9: a header block that does not end gets status 408, even if other streams are served")
    void unfinishedHeaderBlockGets408() {
        connectWithShortHandshake();
        client.begin().get(1, "/").await(Http2Client.SETTINGS);
        client.frame(HEADERS, END_STREAM, 3, Http2Client.block(Http2Client.request("GET", "/")));

        assertThat(client.response(3).status()).isEqualTo(408);
        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.ENHANCE_YOUR_CALM);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void headersFrameThatDoesNotEndGets408() {
        connectWithShortHandshake();
        byte[] frame = Http2Client.frameBytes(
                HEADERS, END_STREAM | Http2Client.END_HEADERS, 1, Http2Client.block(Http2Client.request("GET", "/")));
        client.begin().await(Http2Client.SETTINGS);
        client.send(Arrays.copyOf(frame, frame.length - 1));

        assertThat(client.response(1).status()).isEqualTo(408);
        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.ENHANCE_YOUR_CALM);
    }

    @Test
    void prefaceWithoutSettingsTimesOut() {
        connectWithShortHandshake();
        client.send(Http2Client.PREFACE.getBytes(StandardCharsets.US_ASCII));

        assertThat(client.ended()).isTrue();
    }

    // ---- the stream ends ----

    @Test
    @DisplayName("RFC 9113 §8.1: the stream of a client that stops in mid-request is reset some time after 413")
    void responseToATooLargeBodyArrivesFirst() throws Exception {
        connect("plain");
        client.post(1, "/");
        for (int left = 65_535; left > 0; left -= PART.length) {
            client.data(1, new byte[Math.min(left, PART.length)], false);
        }

        assertThat(client.response(1).status()).isEqualTo(413);
        assertThat(client.post(3, "/").data(3, "abc", true).response(3).body()).isEqualTo("3");
        Http2Client.Frame frame = client.await(RST_STREAM);
        assertThat(frame.stream()).isEqualTo(1);
        assertThat(frame.error()).isEqualTo(Http2Client.NO_ERROR);
        assertThat(client.post(5, "/").data(5, "abc", true).response(5).body()).isEqualTo("3");
    }

    @Test
    @DisplayName("RFC 9113 §8.1: a client that ends its request after the response is not reset")
    void clientThatEndsItsRequestIsNotReset() throws Exception {
        connect("plain");
        client.post(1, "/").data(1, new byte[BODY_LIMIT + 1], false);
        assertThat(client.response(1).status()).isEqualTo(413);
        client.data(1, new byte[1000], true).frame(PING, 0, 0, new byte[8]);

        Http2Client.Frame frame = client.read();
        while (frame.type() != PING) {
            assertThat(frame.type()).isNotEqualTo(RST_STREAM);
            frame = client.read();
        }
        assertThat(client.get(3, "/").response(3).body()).isEqualTo("0");
    }
}
