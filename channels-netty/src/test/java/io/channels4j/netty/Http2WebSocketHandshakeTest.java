package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the handshake of WebSockets on HTTP/2 streams (RFC 8441). */
class Http2WebSocketHandshakeTest extends Http2WebSocketFixture {

    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    private static WebSocketResponseBody part(String text, boolean more) {
        return new WebSocketResponseBody(text.getBytes(StandardCharsets.UTF_8), more);
    }

    @Test
    @DisplayName("RFC 8441 §3: SETTINGS enable extended CONNECT")
    void settingsEnableExtendedConnect() {
        connect(Apps.echo());
        byte[] payload = client.await(Http2Client.SETTINGS).payload();

        assertThat(payload).containsSequence(0, ENABLE_CONNECT_PROTOCOL, 0, 0, 0, 1);
    }

    @Test
    @DisplayName("RFC 8441 §5: an accepted handshake has status 200 and no key")
    void acceptsWithStatus200WithoutKey() {
        connect(Apps.echo());
        Http2Client.Response response = client.connectWebSocket(1, "/").head(1);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("sec-websocket-accept")).isEmpty();
    }

    @Test
    void scopeEqualsThatOfHttp11() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/chat/?room=1", "origin", "https://example.com", "sec-websocket-protocol", "a, b");

        Scope scope = opened.get(10, TimeUnit.SECONDS);
        assertThat(scope.type()).isEqualTo("websocket");
        assertThat(scope.httpVersion()).isEqualTo("2");
        assertThat(scope.scheme()).isEqualTo("ws");
        assertThat(scope.path()).isEqualTo("/chat/");
        assertThat(scope.queryString()).isEqualTo("room=1");
        assertThat(scope.headers().first("origin")).contains("https://example.com");
        assertThat(scope.headers().first("host")).contains("h");
        assertThat(scope.subprotocols()).containsExactly("a", "b");
        assertThat(scope.extensions()).containsKey("websocket.http.response");
    }

    @Test
    void acceptsWithASubprotocolAndHeaders() {
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketAccept("b", Headers.of("x-one", "1", "connection", "close")));
            socket.next();
        }));
        Http2Client.Response response = client.connectWebSocket(1, "/", "sec-websocket-protocol", "a, b")
                .head(1);

        assertThat(response.header("sec-websocket-protocol")).isEqualTo("b");
        assertThat(response.header("x-one")).isEqualTo("1");
        assertThat(response.header("connection")).isEmpty();
    }

    @Test
    void refusesWithStatus403() throws Exception {
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketClose(CloseStatus.NORMAL));
            last.complete(socket.next());
        }));

        assertThat(client.connectWebSocket(1, "/").response(1).status()).isEqualTo(403);
        assertThat(disconnect().code()).isEqualTo(1006);
    }

    @Test
    void refusesWithResponseOfTheApplication() {
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketResponseStart(418, Headers.of("x-pot", "tea")));
            socket.send(part("short", true));
            socket.send(part(" and stout", false));
        }));
        Http2Client.Response response = client.connectWebSocket(1, "/").response(1);

        assertThat(response.status()).isEqualTo(418);
        assertThat(response.header("x-pot")).isEqualTo("tea");
        assertThat(response.body()).isEqualTo("short and stout");
    }

    @Test
    void respondsWith500WhenTheApplicationFails() {
        connect((scope, receiver, sender) -> {
            throw new IllegalStateException("secret");
        });

        assertThat(client.connectWebSocket(1, "/").response(1).status()).isEqualTo(500);
    }

    @Test
    @DisplayName("RFC 6455 §4.4: an unsupported version is refused, and the response names the supported one")
    void refusesOtherVersion() {
        connect(Apps.echo());
        client.headers(
                1, 0, Http2Client.request("CONNECT", "/", ":protocol", "websocket", "sec-websocket-version", "12"));
        Http2Client.Response response = client.response(1);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("sec-websocket-version")).isEqualTo("13");
    }

    @Test
    @DisplayName("RFC 9220 §3: an unsupported protocol is refused with status 501")
    void refusesUnsupportedProtocol() {
        connect(Apps.echo());
        client.headers(1, 0, Http2Client.request("CONNECT", "/", ":protocol", "connect-udp"));

        assertThat(client.response(1).status()).isEqualTo(501);
    }

    @Test
    @DisplayName("RFC 8441 §4: :protocol in a request other than CONNECT is malformed")
    void protocolWithoutConnectIsMalformed() {
        connect(Apps.echo());
        client.headers(1, 0, Http2Client.request("GET", "/", ":protocol", "websocket"));

        assertThat(client.next(1).error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("RFC 8441 §4: an extended CONNECT without a path is malformed")
    void extendedConnectWithoutPathIsMalformed() {
        connect(Apps.echo());
        client.headers(1, 0, ":method", "CONNECT", ":protocol", "websocket", ":authority", "h");

        assertThat(client.next(1).error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
    }

    @Test
    void refusesHandshakeThatEndsItsStream() {
        connect(Apps.echo());
        client.headers(
                1,
                Http2Client.END_STREAM,
                Http2Client.request("CONNECT", "/", ":protocol", "websocket", "sec-websocket-version", "13"));

        assertThat(client.response(1).status()).isEqualTo(400);
    }

    @Test
    void refusesHandshakesBeyondTheRateLimit() {
        connect(ServersWithoutLifespan.builder(Apps.echo())
                .limits(ServerLimits.defaults().withMaxHandshakesPerSecond(1)));

        assertThat(client.connectWebSocket(1, "/").head(1).status()).isEqualTo(200);
        assertThat(client.connectWebSocket(3, "/").head(3).status()).isEqualTo(503);
    }
}
