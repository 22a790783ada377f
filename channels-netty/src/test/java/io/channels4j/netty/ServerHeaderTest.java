package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Headers;
import io.channels4j.netty.settings.ProxySettings;
import org.junit.jupiter.api.Test;

class ServerHeaderTest {

    private static String serverHeader(NettyServerBuilder builder, String request) {
        try (NettyServer server = builder.port(0).start();
                RawClient client = new RawClient(server.localAddress())) {
            return client.send(request).response("GET").header("server");
        }
    }

    private static NettyServerBuilder answering(String... headers) {
        return ServersWithoutLifespan.builder(Apps.script(http -> http.respond(200, Headers.of(headers), "x")));
    }

    @Test
    void sendsNoServerHeaderByDefault() {
        assertThat(serverHeader(answering(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEmpty();
    }

    @Test
    void sendsConfiguredServerHeader() {
        assertThat(serverHeader(
                        answering().proxies(ProxySettings.defaults().withServerHeader("shop")),
                        "GET / HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEqualTo("shop");
        assertThat(serverHeader(
                        answering().proxies(ProxySettings.defaults().withServerHeader("shop")),
                        "GET / HTTP/1.1\r\nno host\r\n\r\n"))
                .as("of a bad request")
                .isEqualTo("shop");
    }

    @Test
    void keepsServerHeaderOfTheApplication() {
        assertThat(serverHeader(
                        answering("server", "app")
                                .proxies(ProxySettings.defaults().withServerHeader("shop")),
                        "GET / HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEqualTo("app");
    }

    @Test
    void rejectsNameWithLineBreak() {
        NettyServerBuilder builder = answering();

        assertThatThrownBy(() -> builder.proxies(ProxySettings.defaults().withServerHeader("a\r\nb")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
