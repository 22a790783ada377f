package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.security.OriginValidator;
import io.channels4j.testing.Handshake;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginMiddlewareTest {

    private static final class Chat extends AsyncWebsocketConsumer {}

    private final Application guarded = OriginSnippets.guarded(Consumer.application(Chat::new));

    private Handshake connect(String origin) {
        try (WebsocketCommunicator peer =
                Peer.socket(guarded, "/").header("Origin", origin).build()) {
            return peer.connect();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com", "http://localhost:3000"})
    void acceptsAnAllowedOrigin(String origin) {
        assertThat(connect(origin).accepted()).isTrue();
    }

    @ParameterizedTest
    @DisplayName("P7: a malformed Origin header is never reported as a server failure")
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://example.com:abc",
                "null",
                "",
                "\u00ff",
                "https://[",
                "https://%00",
                "a b"
            })
    void rejectsAnotherOrigin(String origin) {
        assertThat(connect(origin).status()).isEqualTo(403);
    }

    @Test
    void rejectsAMissingOrigin() {
        try (WebsocketCommunicator peer = Peer.socket(guarded, "/").build()) {
            assertThat(peer.connect().text()).isEqualTo("Forbidden: this origin is not allowed");
        }
    }

    @Test
    void closesOnAServerWithoutDenialResponses() {
        try (WebsocketCommunicator peer = Peer.socket(guarded, "/")
                .scope(facts -> facts.extensions(Map.of()))
                .build()) {
            assertThat(peer.connect().closeCode()).hasValue(1000);
        }
    }

    @Test
    void passesHttpRequests() {
        Application page = Consumer.application(() -> new HttpConsumer() {
                    @Override
                    protected void handle(byte[] body) {
                        sendResponse(200, "page");
                    }
                })
                .behind(OriginValidator.of("example.com"));

        try (HttpCommunicator peer = Peer.http(page, "/").build()) {
            assertThat(peer.getResponse().text()).isEqualTo("page");
        }
    }
}
