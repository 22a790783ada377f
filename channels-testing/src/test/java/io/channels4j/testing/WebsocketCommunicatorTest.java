package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.websocket.CloseStatus;
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
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WebsocketCommunicatorTest {

    private static final Application ECHO = SequentialConnection.application(connection -> {
        connection.receive(WebSocketConnect.class);
        connection.send(new WebSocketAccept());
        while (connection.receive() instanceof WebSocketReceive message) {
            connection.send(
                    message.isText() ? WebSocketSend.text(message.bytes()) : WebSocketSend.binary(message.bytes()));
        }
    });

    private static WebsocketCommunicator connected(Application application) {
        WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    @Test
    void sendsAndReceivesText() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo("hello");

            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    void sendsAndReceivesBytes() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo(new byte[] {1, -2});

            assertThat(peer.receiveBytesFrom()).containsExactly(1, -2);
        }
    }

    @Test
    void sendsAndReceivesJson() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendJsonTo(Map.of("text", "hello"));

            assertThat(peer.receiveJsonFrom().path("text").stringValue()).isEqualTo("hello");
        }
    }

    @Test
    void sendsEmptyText() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo("");

            assertThat(peer.receiveFrom()).isEmpty();
        }
    }

    @Test
    void sendsEmptyBytes() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo(new byte[0]);

            assertThat(peer.receiveBytesFrom()).isEmpty();
        }
    }

    @Test
    void connectReturnsSubprotocolAndHeaders() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept("chat.v2", Headers.of("X-Room", "lobby")));
            connection.receive();
        });
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                .subprotocols("chat.v1", "chat.v2")
                .build()) {
            Handshake answer = peer.connect();

            assertThat(answer.subprotocol()).hasValue("chat.v2");
            assertThat(answer.headers().first("x-room")).hasValue("lobby");
            assertThat(answer.status()).isEqualTo(101);
        }
    }

    @Test
    void connectReturnsCloseInsteadOfAccept() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketClose(CloseStatus.of(4003)));
            connection.receive(WebSocketDisconnect.class);
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            Handshake answer = peer.connect();

            assertThat(answer.accepted()).isFalse();
            assertThat(answer.closeCode()).hasValue(4003);
            assertThat(answer.status()).isEqualTo(403);
        }
    }

    @Test
    void connectReturnsRejectingResponse() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketResponseStart(401, Headers.of("WWW-Authenticate", "Bearer")));
            connection.send(new WebSocketResponseBody("no ".getBytes(StandardCharsets.UTF_8), true));
            connection.send(new WebSocketResponseBody("entry".getBytes(StandardCharsets.UTF_8), false));
            connection.receive(WebSocketDisconnect.class);
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            Handshake answer = peer.connect();

            assertThat(answer.accepted()).isFalse();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers().first("www-authenticate")).hasValue("Bearer");
            assertThat(answer.text()).isEqualTo("no entry");
            assertThat(answer.closeCode()).isEmpty();
        }
    }

    @Test
    void secondConnectReturnsTheSameResult() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            assertThat(peer.connect()).isSameAs(peer.connect());
        }
    }

    @Test
    void receivesCloseOfApplication() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(new WebSocketClose(CloseStatus.of(4007).because("test reason")));
            connection.receive();
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4007, "test reason"));
        }
    }

    @Test
    void timeoutShowsHistory() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(ECHO, "/")
                .timeout(Duration.ofMillis(500))
                .build()) {
            peer.connect();
            peer.sendTo("hello");
            peer.receiveFrom();

            assertThatThrownBy(peer::receiveFrom)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("receiveFrom: nothing within 500 ms (expected: a text message)")
                    .hasMessageContaining("-> application  websocket.connect")
                    .hasMessageContaining("<- application  websocket.accept")
                    .hasMessageContaining("-> application  websocket.receive \"hello\"")
                    .hasMessageContaining("<- application  websocket.send \"hello\"");
        }
    }

    @Test
    void timeoutDoesNotEndTheApplication() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(ECHO, "/")
                .timeout(Duration.ofMillis(500))
                .build()) {
            peer.connect();
            assertThatThrownBy(peer::receiveFrom).isInstanceOf(AssertionError.class);

            peer.sendTo("still there?");

            assertThat(peer.receiveFrom()).isEqualTo("still there?");
        }
    }

    @Test
    void connectCanBeRepeatedAfterATimeout() {
        CountDownLatch decided = new CountDownLatch(1);
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            decided.await();
            connection.send(new WebSocketAccept());
            connection.receive();
        });
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                .timeout(Duration.ofMillis(500))
                .build()) {
            assertThatThrownBy(peer::connect).hasMessageContaining("connect: nothing within 500 ms");

            decided.countDown();

            assertThat(peer.connect().accepted()).isTrue();
        }
    }

    @Test
    void receiveNothingIsTrueForSilence() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            assertThat(peer.receiveNothing()).isTrue();
        }
    }

    @Test
    void receiveNothingLeavesMessage() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo("hello");

            assertThat(peer.receiveNothing(Duration.ofSeconds(1))).isFalse();
            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    void leavesAMessageOfAnotherKind() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo(new byte[] {7});

            assertThatThrownBy(peer::receiveFrom)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("receiveFrom: websocket.send 1 byte (expected: a text message)");
            assertThat(peer.receiveBytesFrom()).containsExactly(7);
        }
    }

    @Test
    @Timeout(20)
    void otherKindOfMessageFailsImmediately() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(ECHO, "/")
                .timeout(Duration.ofHours(1))
                .build()) {
            peer.connect();
            peer.sendTo(new byte[] {7});

            assertThatThrownBy(peer::receiveFrom)
                    .hasMessageContaining("receiveFrom: websocket.send 1 byte (expected: a text message)");
        }
    }

    @Test
    @Timeout(20)
    void closeInsteadOfMessageFailsImmediately() {
        CountDownLatch tested = new CountDownLatch(1);
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(new WebSocketClose(CloseStatus.NORMAL));
            tested.await();
        });
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                .timeout(Duration.ofHours(1))
                .build()) {
            peer.connect();

            assertThatThrownBy(peer::receiveFrom)
                    .hasMessageContaining("receiveFrom: websocket.close 1000 (expected: a text message)");
            tested.countDown();
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.NORMAL);
        }
    }

    @Test
    void textThatIsNotJsonFailsWithHistory() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.sendTo("{");

            assertThatThrownBy(peer::receiveJsonFrom)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("receiveJsonFrom: websocket.send \"{\" (expected: JSON)");
        }
    }

    @Test
    void scopeDescribesTheWebSocket() {
        AtomicReference<Scope> seen = new AtomicReference<>();
        Application application = (scope, receiver, sender) -> {
            seen.set(scope);
            return ECHO.handle(scope, receiver, sender);
        };
        Scope.Key<String> key = new Scope.Key<>("tenant");
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/ws/a%20b/?token=x%20y")
                .header("Origin", "https://example.com")
                .subprotocols("one", "two")
                .with(key, "acme")
                .scope(facts -> facts.rootPath("/ws"))
                .build()) {
            peer.connect();
        }

        Scope scope = seen.get();
        assertThat(scope.type()).isEqualTo("websocket");
        assertThat(scope.path()).isEqualTo("/ws/a b/");
        assertThat(scope.rawPath()).isEqualTo("/ws/a%20b/");
        assertThat(scope.queryString()).isEqualTo("token=x%20y");
        assertThat(scope.queryParam("token")).hasValue("x y");
        assertThat(scope.headers().first("origin")).hasValue("https://example.com");
        assertThat(scope.subprotocols()).containsExactly("one", "two");
        assertThat(scope.get(key)).hasValue("acme");
        assertThat(scope.rootPath()).isEqualTo("/ws");
        assertThat(scope.extensions()).containsKey("websocket.http.response");
        assertThat(scope.client()).isPresent();
        assertThat(scope.scheme()).isEqualTo("ws");
    }

    @Test
    void rejectsZeroTimeout() {
        assertThatThrownBy(() -> WebsocketCommunicator.builder(ECHO, "/").timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout: PT0S (expected: more than zero)");
    }
}
