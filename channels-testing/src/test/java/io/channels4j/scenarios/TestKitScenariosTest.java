package io.channels4j.scenarios;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenarios from upstream's {@code tests/test_testing.py}. */
class TestKitScenariosTest {

    static final class Page extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            assertThat(scope().method()).isEqualTo("GET");
            return sendResponse(200, "query: " + scope().queryString());
        }
    }

    @Test
    @DisplayName("test_http_communicator: status, body and query")
    void httpCommunicatorReceivesResponse() {
        try (HttpCommunicator client = HttpCommunicator.builder(
                        Consumer.application(Page::new), "GET", "/test/?foo=bar")
                .build()) {
            HttpCommunicator.Response response = client.getResponse();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("query: foo=bar");
        }
    }

    static final class Echo extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            send(text);
        }

        @Override
        protected void receive(byte[] bytes) {
            send(bytes);
        }
    }

    @Test
    @DisplayName("test_websocket_communicator: connect, text, bytes, JSON and disconnect")
    void websocketCommunicatorExchangesMessages() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Echo::new), "/testws/")
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            assertThat(peer.connect().subprotocol()).isEmpty();
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("hello");
            peer.sendTo(new byte[] {'w', '\0'});
            assertThat(peer.receiveBytesFrom()).containsExactly('w', '\0');
            peer.sendJsonTo(Map.of("hello", "world"));
            assertThat(peer.receiveJsonFrom().path("hello").stringValue()).isEqualTo("world");
            peer.disconnect();
        }
    }

    static final class Closer extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            close(4000, "");
        }
    }

    @Test
    @DisplayName("test_websocket_incorrect_read_json: a close is not JSON")
    void closeIsNotJson() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Closer::new), "/testws/")
                .build()) {
            peer.connect();
            peer.sendTo("hello");

            assertThatThrownBy(peer::receiveJsonFrom)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("receiveJsonFrom: websocket.close 4000 (expected: a text message)");
        }
    }

    static final class Greeter extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            return accept().thenCompose(accepted -> send(scope().urlRoute().get("message")));
        }
    }

    @Test
    @DisplayName("test_websocket_application: messages sent during connect behind a router can be received")
    void receivesMessagesSentDuringConnect() {
        URLRouter router = URLRouter.of(path("testws/<str:message>/", Greeter::new));
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(router, "/testws/test/").build()) {
            assertThat(peer.connect().accepted()).isTrue();

            assertThat(peer.receiveFrom()).isEqualTo("test");
        }
    }

    @Test
    @DisplayName("differs by design, test_timeout_disconnect: a timeout does not end the application")
    void timeoutDoesNotEndTheApplication() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Echo::new), "/testws/")
                .timeout(Duration.ofMillis(500))
                .build()) {
            peer.connect();
            assertThatThrownBy(peer::receiveFrom).isInstanceOf(AssertionError.class);

            peer.disconnect();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/p/a/t/h?query=string, /p/a/t/h, query=string",
        "wss://user:pass@example.com:8000/p/a/t/h?query=string#hash, /p/a/t/h, query=string",
        "ws://www.example.com/%E9%A6%96%E9%A1%B5/index.html?foo=%E9%A6%96%E9%A1%B5&spam=eggs,"
                + " /首页/index.html, foo=%E9%A6%96%E9%A1%B5&spam=eggs"
    })
    @DisplayName("test_connection_scope: the path is decoded, the query is not")
    void scopeHasDecodedPathAndRawQuery(String url, String path, String query) {
        AtomicReference<Scope> seen = new AtomicReference<>();
        Application application = (scope, receiver, sender) -> {
            seen.set(scope);
            return new Echo().serve(scope, receiver, sender);
        };
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, url).build()) {
            peer.connect();
        }

        assertThat(seen.get().path()).isEqualTo(path);
        assertThat(seen.get().queryString()).isEqualTo(query);
    }
}
