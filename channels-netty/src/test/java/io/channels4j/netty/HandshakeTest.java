package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.HandshakeTimeoutException;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {

    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private final CompletableFuture<Throwable> refused = new CompletableFuture<>();
    private NettyServer server;
    private RawClient client;

    private RawClient connect(Application application) {
        server = ServersWithoutLifespan.builder(application).port(0).start();
        client = new RawClient(server.localAddress());
        return client;
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static void attempt(Apps.Conversation conversation, Event event, CompletableFuture<Throwable> refused) {
        try {
            conversation.send(event);
            refused.completeExceptionally(new AssertionError("the event was sent"));
        } catch (CompletionException e) {
            refused.complete(e.getCause());
        }
    }

    private static WebSocketResponseBody part(String text, boolean more) {
        return new WebSocketResponseBody(text.getBytes(StandardCharsets.UTF_8), more);
    }

    @Test
    void respondsToTheExampleOfTheRfc() {
        connect(Apps.echo());
        RawClient.Response response = client.handshake("/");

        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(response.header("upgrade")).isEqualTo("websocket");
        assertThat(response.header("connection")).isEqualTo("upgrade");
    }

    @Test
    void buildsTheScopeOfTheConnection() throws Exception {
        CompletableFuture<Scope> seen = new CompletableFuture<>();
        connect(Apps.script(socket -> {
            seen.complete(socket.scope());
            socket.send(new WebSocketAccept());
        }));
        client.handshake("/ws/a%2Fb/?x=1", "Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Protocol: c");
        Scope scope = seen.get(10, TimeUnit.SECONDS);

        assertThat(scope.type()).isEqualTo("websocket");
        assertThat(scope.scheme()).isEqualTo("ws");
        assertThat(scope.path()).isEqualTo("/ws/a/b/");
        assertThat(scope.rawPath()).isEqualTo("/ws/a%2Fb/");
        assertThat(scope.queryString()).isEqualTo("x=1");
        assertThat(scope.subprotocols()).containsExactly("a", "b", "c");
        assertThat(scope.headers().first("host")).contains("test");
        assertThat(scope.extensions()).containsKey(WebSocketResponseStart.EXTENSION);
    }

    @Test
    void sendsTheChosenSubprotocolAndHeaders() {
        connect(Apps.script(socket -> {
            assertThat(socket.next()).isEqualTo(new WebSocketConnect());
            socket.send(new WebSocketAccept("b", Headers.of("x-a", "1", "set-cookie", "a=b")));
            socket.next();
        }));
        RawClient.Response response = client.handshake("/", "Sec-WebSocket-Protocol: a, b");

        assertThat(response.header("sec-websocket-protocol")).isEqualTo("b");
        assertThat(response.header("x-a")).isEqualTo("1");
        assertThat(response.header("set-cookie")).isEqualTo("a=b");
    }

    @Test
    void rejectsASubprotocolThatWasNotOffered() throws Exception {
        connect(Apps.script(socket -> {
            attempt(socket, new WebSocketAccept("z", Headers.empty()), refused);
            socket.send(new WebSocketAccept());
            socket.next();
        }));

        assertThat(client.handshake("/", "Sec-WebSocket-Protocol: a").status()).isEqualTo(101);
        assertThat(refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("\"z\" (expected: one of [a])");
    }

    @Test
    void refusesWithStatus403() throws Exception {
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketClose(CloseStatus.NORMAL));
            last.complete(socket.next());
        }));

        assertThat(client.handshake("/").status()).isEqualTo(403);
        assertThat(client.ended()).isTrue();
        assertThat(last.get(10, TimeUnit.SECONDS))
                .isEqualTo(new WebSocketDisconnect(1006, "the handshake was refused"));
    }

    @Test
    void refusesWithTheApplicationsResponse() throws Exception {
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketResponseStart(401, Headers.of("www-authenticate", "Basic")));
            socket.send(part("credentials required", false));
            last.complete(socket.next());
        }));
        RawClient.Response response = client.handshake("/");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("www-authenticate")).isEqualTo("Basic");
        assertThat(response.body()).isEqualTo("credentials required");
        assertThat(last.get(10, TimeUnit.SECONDS)).isInstanceOf(WebSocketDisconnect.class);
    }

    @Test
    void refusesWithAResponseInParts() {
        connect(Apps.script(socket -> {
            socket.send(new WebSocketResponseStart(410, Headers.empty()));
            socket.send(part("gone ", true));
            socket.send(part("away", false));
        }));
        RawClient.Response response = client.handshake("/");

        assertThat(response.body()).isEqualTo("gone away");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void acceptsOnlyTheBodyAfterAResponseHasStarted() throws Exception {
        connect(Apps.script(socket -> {
            socket.send(new WebSocketResponseStart(410, Headers.empty()));
            attempt(socket, new WebSocketAccept(), refused);
            socket.send(part("", false));
        }));

        assertThat(client.handshake("/").status()).isEqualTo(410);
        assertThat(refused.get(10, TimeUnit.SECONDS)).hasMessageContaining("being refused");
    }

    @Test
    void rejectsAMessageBeforeAccept() throws Exception {
        connect(Apps.script(socket -> {
            attempt(socket, WebSocketSend.text("early"), refused);
            socket.send(new WebSocketAccept());
            socket.next();
        }));

        assertThat(client.handshake("/").status()).isEqualTo(101);
        assertThat(refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("send websocket.send: the connection is not accepted (expected: websocket.accept, .close or"
                        + " .http.response.start); nothing was sent");
    }

    @Test
    void rejectsASecondAccept() throws Exception {
        connect(Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            attempt(socket, new WebSocketAccept(), refused);
            socket.next();
        }));

        assertThat(client.handshake("/").status()).isEqualTo(101);
        assertThat(refused.get(10, TimeUnit.SECONDS)).hasMessageContaining("the connection is open");
    }

    @Test
    @DisplayName("P7: an application failure before accept results in a bare status 500")
    void respondsWith500IfTheApplicationFails() {
        connect((scope, receiver, sender) -> CompletableFuture.failedFuture(new IllegalStateException("secret")));
        RawClient.Response response = client.handshake("/");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("500 Internal Server Error\n");
    }

    @Test
    void respondsWith503IfTheApplicationIsOverloaded() {
        connect((scope, receiver, sender) -> CompletableFuture.failedFuture(new OverloadedException("no threads")));

        assertThat(client.handshake("/").status()).isEqualTo(503);
    }

    @Test
    void respondsWith500IfTheApplicationEndsWithoutDecision() {
        connect((scope, receiver, sender) -> CompletableFuture.completedFuture(null));

        assertThat(client.handshake("/").status()).isEqualTo(500);
    }

    @Test
    void refusesIfTheApplicationDoesNotDecideInTime() throws Exception {
        server = ServersWithoutLifespan.builder(Apps.script(socket -> {
                    socket.next();
                    last.complete(socket.next());
                    attempt(socket, new WebSocketAccept(), refused);
                }))
                .port(0)
                .timeouts(ServerTimeouts.defaults().withHandshake(Duration.ofMillis(100)))
                .start();
        client = new RawClient(server.localAddress());

        assertThat(client.handshake("/").status()).isEqualTo(503);
        assertThat(((WebSocketDisconnect) last.get(10, TimeUnit.SECONDS)).failure())
                .isInstanceOf(HandshakeTimeoutException.class);
        assertThat(refused.get(10, TimeUnit.SECONDS)).hasMessageContaining("connection is closed");
    }

    @Test
    void reportsADisconnectBeforeAccept() throws Exception {
        connect(Apps.script(socket -> {
            socket.next();
            last.complete(socket.next());
            socket.scope().closed().toCompletableFuture().join();
        }));
        client.send(RawClient.handshakeRequest("/"));
        client.close();

        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo(new WebSocketDisconnect(1006, ""));
    }

    @Test
    void keepsFramesThatArriveBeforeAccept() throws Exception {
        CompletableFuture<Void> accept = new CompletableFuture<>();
        connect(Apps.script(socket -> {
            socket.next();
            accept.join();
            socket.send(new WebSocketAccept());
            socket.send(WebSocketSend.text(((WebSocketReceive) socket.next()).text()));
            socket.send(WebSocketSend.text(((WebSocketReceive) socket.next()).text()));
        }));
        client.send(RawClient.handshakeRequest("/")
                + new String(RawClient.frameBytes(0x81, new byte[] {'a'}), StandardCharsets.ISO_8859_1));
        client.text("b");
        accept.complete(null);

        assertThat(client.response("GET").status()).isEqualTo(101);
        assertThat(client.frame().text()).isEqualTo("a");
        assertThat(client.frame().text()).isEqualTo("b");
    }

    @Test
    void followsARequestOnTheSameConnection() {
        connect((scope, receiver, sender) -> scope.type().equals("websocket")
                ? Apps.echo().handle(scope, receiver, sender)
                : CompletableFuture.completedFuture(null));
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n" + RawClient.handshakeRequest("/"));

        assertThat(client.response("GET").status()).isEqualTo(500);
        assertThat(client.response("GET").status()).isEqualTo(101);
        assertThat(client.text("x").frame().text()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, websocket, Upgrade, 12, dGhlIHNhbXBsZSBub25jZQ==, 426",
        "GET, websocket, Upgrade, , dGhlIHNhbXBsZSBub25jZQ==, 426",
        "GET, websocket, Upgrade, 13, , 400",
        "GET, websocket, Upgrade, 13, dGhlIHNhbXBsZQ==, 400",
        "GET, websocket, Upgrade, 13, not base64!, 400",
        "GET, websocket, close, 13, dGhlIHNhbXBsZSBub25jZQ==, 426",
        "GET, h2c, Upgrade, 13, dGhlIHNhbXBsZSBub25jZQ==, 426",
        "POST, websocket, Upgrade, 13, dGhlIHNhbXBsZSBub25jZQ==, 400",
        "GET, WebSocket, 'keep-alive, UPGRADE', 13, dGhlIHNhbXBsZSBub25jZQ==, 101",
        "GET, 'foo, websocket', Upgrade, 13, dGhlIHNhbXBsZSBub25jZQ==, 101",
    })
    void validatesTheHandshake(
            String method, String upgrade, String connection, String version, String key, int status) {
        connect(Apps.echo());
        client.send(method + " / HTTP/1.1\r\nHost: h\r\nUpgrade: " + upgrade + "\r\nConnection: " + connection + "\r\n"
                + (version == null ? "" : "Sec-WebSocket-Version: " + version + "\r\n")
                + (key == null ? "" : "Sec-WebSocket-Key: " + key + "\r\n")
                + "\r\n");

        assertThat(client.response("GET").status()).isEqualTo(status);
    }

    @Test
    void reportsTheSupportedVersion() {
        connect(Apps.echo());
        client.send("GET / HTTP/1.1\r\n"
                + "Host: h\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 8\r\n\r\n");

        assertThat(client.response("GET").header("sec-websocket-version")).isEqualTo("13");
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.0, 'Upgrade: websocket,Connection: Upgrade'",
        "GET / HTTP/1.1, ''",
        "GET / HTTP/1.1, 'Upgrade: websocket'",
        "GET / HTTP/1.1, 'Connection: Upgrade'"
    })
    @DisplayName("RFC 9110 §15.5.22: a handshake whose upgrade was lost in a proxy gets status 426 with Upgrade")
    void asksForUpgradeThatWasLost(String requestLine, String headers) {
        connect(Apps.echo());
        client.send(requestLine + "\r\nHost: h\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + RawClient.KEY
                + "\r\n" + (headers.isEmpty() ? "" : headers.replace(",", "\r\n") + "\r\n") + "\r\n");

        RawClient.Response response = client.response("GET");
        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("upgrade")).isEqualTo("websocket");
        assertThat(response.header("connection")).isEqualTo("upgrade, close");
        assertThat(response.header("sec-websocket-version")).isEqualTo("13");
    }

    @Test
    @DisplayName("RFC 9110 §15.5.22: status 426 for an unsupported version carries Upgrade")
    void otherVersionGetsUpgradeHeader() {
        connect(Apps.echo());
        client.send(RawClient.handshakeRequest("/").replace("Version: 13", "Version: 12"));

        assertThat(client.response("GET").header("upgrade")).isEqualTo("websocket");
    }
}
