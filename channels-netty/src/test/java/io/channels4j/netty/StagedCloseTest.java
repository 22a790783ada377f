package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Headers;
import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a final response reaches a client that reads only after it has sent its whole request. */
class StagedCloseTest {

    private static final int LIMIT = 64 * 1024;
    private static final int BEYOND_LIMIT = 16 << 20;

    @TempDir
    private Path files;

    private static NettyServerBuilder server() {
        return ServersWithoutLifespan.builder(Apps.script(http -> http.respond(200, Headers.empty(), http.body())))
                .port(0)
                .limits(ServerLimits.defaults().withMaxBodyBytes(LIMIT).withMaxHeaderBytes(8192));
    }

    private static Socket connect(NettyServer server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
        socket.connect(new InetSocketAddress("localhost", server.localAddress().getPort()));
        return socket;
    }

    private Socket connect(NettyServer server, TestCertificate certificate, String protocol) throws Exception {
        SSLSocket tls = (SSLSocket) certificate
                .forClients()
                .getSocketFactory()
                .createSocket(
                        connect(server), "localhost", server.localAddress().getPort(), true);
        tls.setEnabledProtocols(new String[] {protocol});
        tls.startHandshake();
        return tls;
    }

    /** Sends everything, and only then reads the response up to the end of the connection. */
    private static String exchange(Socket client, String head, int bodyBytes) throws IOException {
        try (client) {
            client.getOutputStream().write(head.getBytes(ISO_8859_1));
            byte[] part = new byte[1 << 20];
            for (int left = bodyBytes; left > 0; left -= part.length) {
                client.getOutputStream().write(part, 0, Math.min(left, part.length));
            }
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String announcedBody() {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + (LIMIT + BEYOND_LIMIT) + "\r\n\r\n";
    }

    private static String chunkedBody() {
        return "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(LIMIT + BEYOND_LIMIT) + "\r\n";
    }

    private static String longHead() {
        return "GET / HTTP/1.1\r\nHost: h\r\nx: ";
    }

    @Test
    void tooLargeBodyReceives413WhileSending() throws Exception {
        try (NettyServer server = server().start()) {
            assertThat(exchange(connect(server), announcedBody(), LIMIT + BEYOND_LIMIT))
                    .startsWith("HTTP/1.1 413 ")
                    .endsWith("413 Request Entity Too Large\n");
            assertThat(exchange(connect(server), chunkedBody(), LIMIT + BEYOND_LIMIT))
                    .startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void tooLongHeadReceives431WhileSending() throws Exception {
        try (NettyServer server = server().start()) {
            assertThat(exchange(connect(server), longHead(), BEYOND_LIMIT)).startsWith("HTTP/1.1 4");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void finalResponsesReachClientThatSendsOverTls(String protocol) throws Exception {
        TestCertificate certificate = TestCertificate.create(files);
        try (NettyServer server = server().tls(certificate.forServers()).start()) {
            assertThat(exchange(connect(server, certificate, protocol), announcedBody(), LIMIT + BEYOND_LIMIT))
                    .startsWith("HTTP/1.1 413 ");
            assertThat(exchange(connect(server, certificate, protocol), longHead(), BEYOND_LIMIT))
                    .startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void clientThatKeepsSendingIsDisconnected() throws Exception {
        try (NettyServer server = server().start();
                Socket client = connect(server)) {
            client.getOutputStream().write(announcedBody().getBytes(ISO_8859_1));
            byte[] part = new byte[1 << 20];

            assertThatThrownBy(() -> {
                        for (long sent = 0; sent < 2 * HalfClose.MAX_DISCARDED_BYTES; sent += part.length) {
                            client.getOutputStream().write(part);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void clientThatStaysSilentIsDisconnected() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (NettyServer server = server().timeouts(ServerTimeouts.defaults().withClock(now::get))
                        .start();
                Socket client = connect(server)) {
            client.getOutputStream().write(announcedBody().getBytes(ISO_8859_1));
            assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 413 ");

            now.set(Instant.EPOCH.plus(HalfClose.MAX_SILENCE).plusSeconds(1));

            assertThatThrownBy(() -> {
                        while (true) {
                            client.getOutputStream().write(0);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }
}
