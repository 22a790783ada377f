package io.channels4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.consumer.Consumer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.InvalidJson;
import io.channels4j.websocket.JsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The JSON scenarios from upstream's {@code tests/test_generic_websocket.py}, for both kinds of consumers. */
class JsonConsumerScenariosTest {

    private static final Map<String, Object> CONTENT = Map.of("key", List.of(1, 2, "three"));

    static final class SyncEcho extends JsonWebsocketConsumer {

        @Override
        protected void receiveJson(JsonNode json) {
            sendJson(json);
        }
    }

    static final class AsyncEcho extends AsyncJsonWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receiveJson(JsonNode json) {
            return sendJson(json);
        }
    }

    static Stream<Named<Supplier<? extends Consumer>>> echoes() {
        return Stream.of(Named.of("blocking", SyncEcho::new), Named.of("asynchronous", AsyncEcho::new));
    }

    @ParameterizedTest
    @MethodSource("echoes")
    @DisplayName("test_json_websocket_consumer, test_async_json_websocket_consumer")
    void sendsAndReceivesJson(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            peer.sendJsonTo(CONTENT);

            assertThat(peer.receiveJsonFrom().toString()).isEqualTo("{\"key\":[1,2,\"three\"]}");
        }
    }

    @ParameterizedTest
    @MethodSource("echoes")
    @DisplayName("differs by design: a binary message does not end a JSON consumer")
    void binaryMessageDoesNotEndConsumer(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            peer.sendTo(new byte[] {1, 2, 3});
            peer.sendJsonTo(CONTENT);

            assertThat(peer.receiveJsonFrom().has("key")).isTrue();
        }
    }

    // ---- no counterpart upstream ----

    record Typing(String name) {}

    static final class SyncRoom extends JsonWebsocketConsumer {

        @ReceivesJson("typing")
        void typing(Typing typing) {
            send(typing.name() + " is typing");
        }

        @Override
        protected void receiveInvalid(InvalidJson invalid) {
            send("invalid: " + invalid.problem());
        }
    }

    static final class AsyncRoom extends AsyncJsonWebsocketConsumer {

        @ReceivesJson("typing")
        CompletionStage<Void> typing(Typing typing) {
            return send(typing.name() + " is typing");
        }

        @Override
        protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
            return send("invalid: " + invalid.problem());
        }
    }

    static Stream<Named<Supplier<? extends Consumer>>> rooms() {
        return Stream.of(Named.of("blocking", SyncRoom::new), Named.of("asynchronous", AsyncRoom::new));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void typeFieldSelectsMethod(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            peer.sendJsonTo(Map.of("type", "typing", "name", "ada"));

            assertThat(peer.receiveFrom()).isEqualTo("ada is typing");
        }
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void passesInvalidJsonToTheHook(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            for (String bad : List.of("{", "", "[1, 2")) {
                peer.sendTo(bad);
                assertThat(peer.receiveFrom()).as("answer to \"%s\"", bad).startsWith("invalid: ");
            }
            peer.sendTo(new byte[] {1});
            assertThat(peer.receiveFrom()).isEqualTo("invalid: message: binary (expected: JSON text)");
        }
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void passesAnUnknownTypeToTheHook(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            peer.sendJsonTo(Map.of("type", "receiveInvalid"));
            assertThat(peer.receiveFrom()).startsWith("invalid: type: \"receiveInvalid\" (expected: one of [typing])");
            peer.sendJsonTo(List.of(1));
            assertThat(peer.receiveFrom())
                    .isEqualTo("invalid: message: a list (expected: an object with the field type)");
        }
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void passesContentThatDoesNotFitToTheHook(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            peer.sendJsonTo(Map.of("type", "typing", "name", List.of("ada")));

            assertThat(peer.receiveFrom()).startsWith("invalid: name: a list (expected: text)");
        }
    }

    private static WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .timeout(Duration.ofSeconds(10))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }
}
