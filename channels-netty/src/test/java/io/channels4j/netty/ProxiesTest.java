package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.ProxySettings;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {

    private static NettyServerBuilder reportingClient() {
        return ServersWithoutLifespan.builder(Apps.script(http -> {
                    Scope scope = http.scope();
                    InetSocketAddress client =
                            (InetSocketAddress) scope.client().orElseThrow();
                    String address = client.getAddress().getHostAddress()
                            + (client.getPort() < 30_000 ? ":" + client.getPort() : "");
                    http.respond(200, Headers.empty(), scope.scheme() + " " + address);
                }))
                .port(0);
    }

    private static String get(NettyServerBuilder builder, String... headers) {
        try (NettyServer server = builder.start();
                RawClient client = new RawClient(server.localAddress())) {
            return client.send("GET / HTTP/1.1\r\nHost: h\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                    .response("GET")
                    .body();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7|http 203.0.113.7:0",
                "203.0.113.7:1234|http 203.0.113.7:1234",
                "[2001:db8::1]:99|http 2001:db8:0:0:0:0:0:1:99",
                "2001:db8::1|http 2001:db8:0:0:0:0:0:1:0",
                "1.1.1.1, 203.0.113.7|http 203.0.113.7:0",
                "1.1.1.1, 203.0.113.7, 10.1.2.3|http 203.0.113.7:0",
                "10.0.0.1, 10.0.0.2|http 10.0.0.1:0",
                "1.1.1.1, nonsense|http 127.0.0.1",
                "1.1.1.1, nonsense, 10.0.0.2|http 10.0.0.2:0",
                "localhost|http 127.0.0.1"
            })
    void usesFirstAddressFromTheRightThatIsNotATrustedProxy(String header, String expected) {
        assertThat(get(
                        reportingClient()
                                .proxies(ProxySettings.defaults()
                                        .withTrusted(ForwardedHeader.X_FORWARDED, "127.0.0.0/8", "10.0.0.0/8")),
                        "X-Forwarded-For: " + header))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=203.0.113.7;proto=https;by=10.0.0.1|https 203.0.113.7:0",
                "For=\"[2001:db8::1]:4711\"; Proto=HTTPS|https 2001:db8:0:0:0:0:0:1:4711",
                "for=1.1.1.1;proto=http, for=203.0.113.7;proto=https|https 203.0.113.7:0",
                "for=\"a,b;c\", for=203.0.113.7|http 203.0.113.7:0",
                "for=_hidden;proto=https|https 127.0.0.1",
                "for=1.1.1.1, for=unknown|http 127.0.0.1"
            })
    void readsForwardedHeader(String header, String expected) {
        assertThat(get(
                        reportingClient()
                                .proxies(ProxySettings.defaults()
                                        .withTrusted(ForwardedHeader.FORWARDED, "127.0.0.0/8", "10.0.0.0/8")),
                        "Forwarded: " + header))
                .isEqualTo(expected);
    }

    private static String reportedHost(ForwardedHeader header, String... headers) {
        return get(
                ServersWithoutLifespan.builder(Apps.script(http -> http.respond(
                                200,
                                Headers.empty(),
                                String.join(" ", http.scope().headers().all("host")))))
                        .port(0)
                        .proxies(ProxySettings.defaults().withTrusted(header, "127.0.0.0/8", "10.0.0.0/8")),
                headers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.com|example.com",
                "example.com:8443|example.com:8443",
                "[2001:db8::1]:8443|[2001:db8::1]:8443",
                "forged.example, example.com|example.com",
                "bad host|h",
                "x\"y|h"
            })
    void usesForwardedHost(String header, String expected) {
        assertThat(reportedHost(
                        ForwardedHeader.X_FORWARDED_WITH_HOST,
                        "X-Forwarded-For: 203.0.113.7",
                        "X-Forwarded-Host: " + header))
                .isEqualTo(expected);
    }

    @Test
    void usesHostFromTheOutermostTrustedProxy() {
        assertThat(reportedHost(
                        ForwardedHeader.X_FORWARDED_WITH_HOST,
                        "X-Forwarded-For: 203.0.113.7, 10.0.0.1",
                        "X-Forwarded-Host: example.com, inner"))
                .isEqualTo("example.com");
        assertThat(reportedHost(
                        ForwardedHeader.FORWARDED,
                        "Forwarded: for=1.1.1.1;host=forged, for=203.0.113.7;host=\"example.com:81\","
                                + " for=10.0.0.1;host=inner"))
                .isEqualTo("example.com:81");
    }

    @Test
    void ignoresForwardedHostIfProxiesDoNotSetIt() {
        assertThat(reportedHost(
                        ForwardedHeader.X_FORWARDED,
                        "X-Forwarded-For: 203.0.113.7",
                        "X-Forwarded-Host: forged.example"))
                .isEqualTo("h");
    }

    @Test
    void joinsRepeatedHeaders() {
        assertThat(get(
                        reportingClient()
                                .proxies(
                                        ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "127.0.0.1")),
                        "X-Forwarded-For: 1.1.1.1",
                        "X-Forwarded-For: 203.0.113.7"))
                .isEqualTo("http 203.0.113.7:0");
    }

    @Test
    void usesForwardedScheme() {
        NettyServerBuilder builder = reportingClient()
                .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "127.0.0.1"));

        assertThat(get(builder, "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https"))
                .isEqualTo("https 203.0.113.7:0");
        assertThat(get(builder, "X-Forwarded-Proto: https")).isEqualTo("https 127.0.0.1");
    }

    @Test
    void trustsNoProxyByDefault() {
        assertThat(get(reportingClient(), "X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.8;proto=https"))
                .isEqualTo("http 127.0.0.1");
    }

    @Test
    void ignoresHeadersOfUntrustedPeers() {
        assertThat(get(
                        reportingClient()
                                .proxies(ProxySettings.defaults()
                                        .withTrusted(ForwardedHeader.X_FORWARDED, "10.0.0.0/8", "127.0.0.2", "::1")),
                        "X-Forwarded-For: 203.0.113.7",
                        "X-Forwarded-Proto: https"))
                .isEqualTo("http 127.0.0.1");
    }

    @Test
    void ignoresHeaderThatProxiesDoNotSet() {
        assertThat(get(
                        reportingClient()
                                .proxies(
                                        ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "127.0.0.1")),
                        "Forwarded: for=203.0.113.7;proto=https"))
                .isEqualTo("http 127.0.0.1");
    }

    @Test
    void usesForwardedSchemeForWebSockets() throws Exception {
        java.util.concurrent.CompletableFuture<String> scheme = new java.util.concurrent.CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder((scope, receiver, sender) -> {
                            scheme.complete(scope.scheme());
                            return Apps.echo().handle(scope, receiver, sender);
                        })
                        .port(0)
                        .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "127.0.0.1"))
                        .start();
                RawClient client = RawClient.open(server, "/", "X-Forwarded-Proto: https")) {
            client.text("x").frame();
        }

        assertThat(scheme).isCompletedWithValue("wss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "localhost", "", "::1/129", "10.0.0.0/x"})
    void rejectsMalformedNetworks(String network) {
        assertThatThrownBy(() -> reportingClient()
                        .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.FORWARDED, network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network: \"%s\" (expected: CIDR such as 10.0.0.0/8)".formatted(network));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "10.0.0.1/31", "2001:db8::1/32"})
    void rejectsNetworksWithBitsBeyondThePrefix(String network) {
        assertThatThrownBy(() -> ProxySettings.defaults().withTrusted(ForwardedHeader.FORWARDED, network))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("network: \"%s\" (expected: only zero bits beyond the prefix", network);
    }

    @Test
    void rejectsTrustWithoutNetworks() {
        assertThatThrownBy(() -> ProxySettings.defaults().withTrusted(ForwardedHeader.FORWARDED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("networks: none (expected: one or more, such as \"10.0.0.0/8\" or \"unix\")");
    }

    @Test
    void matchesPrefixesThatEndWithinAByte() {
        NettyServerBuilder within = reportingClient()
                .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "126.0.0.0/7"));
        NettyServerBuilder outside = reportingClient()
                .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "124.0.0.0/7"));

        assertThat(get(within, "X-Forwarded-For: 1.1.1.1")).isEqualTo("http 1.1.1.1:0");
        assertThat(get(outside, "X-Forwarded-For: 1.1.1.1")).isEqualTo("http 127.0.0.1");
    }
}
