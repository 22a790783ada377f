package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.netty.settings.ProxySettings;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static NettyServer server;

    @BeforeAll
    static void start() {
        server = ServersWithoutLifespan.builder(Apps.script(http -> http.respond(
                        200,
                        Headers.empty(),
                        http.scope().client().orElseThrow().toString())))
                .port(0)
                .proxies(ProxySettings.defaults().withProxyProtocol(true))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 10.0.0.1 5678 80,/203.0.113.7:5678",
        "PROXY TCP6 2001:db8::1 ::1 5678 80,/[2001:db8:0:0:0:0:0:1]:5678"
    })
    void readsVersion1Header(String line, String client) {
        try (RawClient proxy = new RawClient(server.localAddress())) {
            assertThat(proxy.send(line + "\r\n" + GET).response("GET").body()).isEqualTo(client);
        }
    }

    @Test
    void readsVersion1HeaderThatArrivesByteByByte() {
        try (RawClient proxy = new RawClient(server.localAddress())) {
            for (byte b : "PROXY TCP4 203.0.113.7 10.0.0.1 5678 80\r\n".getBytes(ISO_8859_1)) {
                proxy.send(new byte[] {b});
            }

            assertThat(proxy.send(GET).response("GET").body()).isEqualTo("/203.0.113.7:5678");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2111000ccb0071070a000001162e0050,/203.0.113.7:5678",
        "21110010cb0071070a000001162e005004000100,/203.0.113.7:5678",
        "2121002420010db800000000000000000000000100000000000000000000000000000001162e0050,"
                + "/[2001:db8:0:0:0:0:0:1]:5678"
    })
    void readsVersion2Header(String hex, String client) {
        try (RawClient proxy = new RawClient(server.localAddress())) {
            proxy.send(HexFormat.of().parseHex(SIGNATURE + hex));

            assertThat(proxy.send(GET).response("GET").body()).isEqualTo(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"20000000", "21000000"})
    void keepsPeerForConnectionOfTheProxyItself(String hex) {
        try (RawClient proxy = new RawClient(server.localAddress())) {
            proxy.send(HexFormat.of().parseHex(SIGNATURE + hex));

            assertThat(proxy.send(GET).response("GET").body()).startsWith("/127.0.0.1:");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "PROXY\r\n",
                "PROXY TCP4 nonsense 10.0.0.1 5678 80\r\n",
                "PROXY TCP4 203.0.113.7 10.0.0.1 99999 80\r\n",
                "PROXY TCP4 203.0.113.7 10.0.0.1 5678 80\n",
                "PROXY UDP4 203.0.113.7 10.0.0.1 5678 80\r\n",
                "\r\n\r\nsomething else that is long"
            })
    void closesConnectionWithoutValidHeader(String bytes) {
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(client.send(bytes).ended()).isTrue();
        }
    }

    @Test
    void closesConnectionWithTooLongLine() {
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(client.send("x".repeat(200)).ended()).isTrue();
        }
    }
}
