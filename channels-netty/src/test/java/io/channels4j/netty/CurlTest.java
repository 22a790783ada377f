package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.Headers;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.ProxySettings;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the server with curl and each way of selecting the HTTP version. */
class CurlTest {

    private static final String[] HTTP_1 = {"--http1.1"};
    private static final String[] PRIOR_KNOWLEDGE = {"--http2-prior-knowledge"};
    private static final String[] UPGRADE_OR_ALPN = {"--http2"};

    @TempDir
    private static Path files;

    private static TestCertificate certificate;

    @BeforeAll
    static void requireCurl() throws Exception {
        assumeTrue(speaksHttp2(), "curl with HTTP/2 is not on the PATH: nothing was tested with it");
        certificate = TestCertificate.create(files);
    }

    private static boolean speaksHttp2() throws InterruptedException {
        try {
            Process curl = new ProcessBuilder("curl", "--version").start();
            return new String(curl.getInputStream().readAllBytes(), UTF_8).contains("HTTP2") && curl.waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Responds with the scheme, the HTTP version, the method and the length of the body. */
    private static NettyServerBuilder reportingRequest() {
        return ServersWithoutLifespan.builder(Apps.script(http -> {
                    String body = http.body();
                    http.respond(
                            200,
                            Headers.empty(),
                            http.scope().scheme() + " " + http.scope().httpVersion() + " "
                                    + http.scope().method() + " " + body.length());
                }))
                .port(0);
    }

    private static String curl(String[] options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "--silent",
                "--show-error",
                "--max-time",
                "20",
                "--noproxy",
                "*",
                "--cacert",
                certificate.chain().toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(arguments));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(curl.getInputStream().readAllBytes(), UTF_8);
        assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return out;
    }

    private static String url(NettyServer server) {
        return server.url() + "/path";
    }

    @Test
    void servesHttp1() throws Exception {
        try (NettyServer server = reportingRequest().start()) {
            assertThat(curl(HTTP_1, url(server))).isEqualTo("http 1.1 GET 0");
        }
    }

    @Test
    void servesHttp2WithPriorKnowledge() throws Exception {
        try (NettyServer server = reportingRequest().start()) {
            assertThat(curl(PRIOR_KNOWLEDGE, url(server))).isEqualTo("http 2 GET 0");
        }
    }

    @Test
    void servesHttp2AfterUpgrade() throws Exception {
        try (NettyServer server = reportingRequest().start()) {
            assertThat(curl(UPGRADE_OR_ALPN, url(server))).isEqualTo("http 2 GET 0");
        }
    }

    @Test
    void servesFurtherRequestsAfterUpgrade() throws Exception {
        try (NettyServer server = reportingRequest().start()) {
            assertThat(curl(UPGRADE_OR_ALPN, url(server), url(server))).isEqualTo("http 2 GET 0http 2 GET 0");
        }
    }

    @Test
    void servesHttp2OverTls() throws Exception {
        try (NettyServer server =
                reportingRequest().tls(certificate.forServers()).start()) {
            assertThat(curl(UPGRADE_OR_ALPN, url(server))).isEqualTo("https 2 GET 0");
        }
    }

    @Test
    void servesHttp1OverTls() throws Exception {
        try (NettyServer server =
                reportingRequest().tls(certificate.forServers()).start()) {
            assertThat(curl(HTTP_1, url(server))).isEqualTo("https 1.1 GET 0");
        }
    }

    @Test
    void servesHttp1WhenHttp2IsDisabled() throws Exception {
        try (NettyServer server = reportingRequest()
                .http2(Http2Settings.disabled())
                .tls(certificate.forServers())
                .start()) {
            assertThat(curl(UPGRADE_OR_ALPN, url(server))).isEqualTo("https 1.1 GET 0");
        }
        try (NettyServer server =
                reportingRequest().http2(Http2Settings.disabled()).start()) {
            assertThat(curl(UPGRADE_OR_ALPN, url(server))).isEqualTo("http 1.1 GET 0");
        }
    }

    @Test
    void servesTheProtocolsOfAnSslContext() throws Exception {
        try (NettyServer server = reportingRequest()
                .tls(SslContextBuilder.forServer(
                                certificate.chain().toFile(), certificate.key().toFile())
                        .build())
                .start()) {
            assertThat(curl(UPGRADE_OR_ALPN, url(server))).isEqualTo("https 1.1 GET 0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
    void receivesLargeBody(String option) throws Exception {
        Path body = Files.write(files.resolve("body"), new byte[1_000_000]);
        try (NettyServer server = reportingRequest().start()) {
            assertThat(curl(new String[] {option}, "--data-binary", "@" + body, url(server)))
                    .endsWith("POST 1000000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
    void sendsLargeBody(String option) throws Exception {
        try (NettyServer server = ServersWithoutLifespan.builder(
                        Apps.script(http -> http.respond(200, Headers.empty(), "x".repeat(5_000_000))))
                .port(0)
                .start()) {
            assertThat(curl(new String[] {option}, url(server))).hasSize(5_000_000);
        }
    }

    @Test
    void servesBehindProxyWithProxyProtocol() throws Exception {
        try (NettyServer server = reportingRequest()
                .proxies(ProxySettings.defaults().withProxyProtocol(true))
                .start()) {
            assertThat(curl(PRIOR_KNOWLEDGE, "--haproxy-protocol", url(server))).isEqualTo("http 2 GET 0");
            assertThat(curl(UPGRADE_OR_ALPN, "--haproxy-protocol", url(server))).isEqualTo("http 2 GET 0");
        }
    }

    @Test
    void servesOnUnixDomainSocket() throws Exception {
        Path socket = files.resolve("s");
        try (NettyServer server = reportingRequest()
                .listen(java.net.UnixDomainSocketAddress.of(socket))
                .start()) {
            assertThat(server.localAddresses()).hasSize(1);
            assertThat(curl(PRIOR_KNOWLEDGE, "--unix-socket", socket.toString(), "http://localhost/"))
                    .isEqualTo("http 2 GET 0");
            assertThat(curl(UPGRADE_OR_ALPN, "--unix-socket", socket.toString(), "http://localhost/"))
                    .isEqualTo("http 2 GET 0");
        }
    }
}
