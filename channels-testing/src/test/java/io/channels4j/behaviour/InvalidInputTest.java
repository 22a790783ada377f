package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.consumer.Consumer;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.InvalidJson;
import io.channels4j.websocket.JsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Clients learn from the detail of invalid JSON what the server expects. */
class InvalidInputTest {

    record Edit(int message_id, List<Integer> tags) {}

    private final BlockingQueue<InvalidJson> seen = new LinkedBlockingQueue<>();

    static class Answering extends AsyncJsonWebsocketConsumer {

        private final BlockingQueue<InvalidJson> seen;

        Answering(BlockingQueue<InvalidJson> seen) {
            this.seen = seen;
        }

        @ReceivesJson("edit")
        CompletionStage<Void> edit(Edit edit) {
            return send("edited " + edit.message_id());
        }

        @Override
        protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
            seen.add(invalid);
            return send(invalid.kind() + " " + invalid.detail());
        }
    }

    static class BlockingAnswering extends JsonWebsocketConsumer {

        private final BlockingQueue<InvalidJson> seen;

        BlockingAnswering(BlockingQueue<InvalidJson> seen) {
            this.seen = seen;
        }

        @ReceivesJson("edit")
        void edit(Edit edit) {
            send("edited " + edit.message_id());
        }

        @Override
        protected void receiveInvalid(InvalidJson invalid) {
            seen.add(invalid);
            send(invalid.kind() + " " + invalid.detail());
        }
    }

    static Stream<Named<Function<BlockingQueue<InvalidJson>, Consumer>>> consumers() {
        return Stream.of(Named.of("asynchronous", Answering::new), Named.of("blocking", BlockingAnswering::new));
    }

    private WebsocketCommunicator connected(Function<BlockingQueue<InvalidJson>, Consumer> consumer) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(
                        Consumer.application(() -> consumer.apply(seen)), "/")
                .build();
        peer.connect();
        return peer;
    }

    private InvalidJson next() throws InterruptedException {
        return seen.poll(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":        | MALFORMED message: not JSON at line 1, column 9 (expected: JSON text)",
                "{\"type\":\"a\"}} | MALFORMED message: not JSON at line 1, column 13 (expected: JSON text)",
                "``                | MALFORMED message: empty (expected: JSON text)",
                "{\"text\":1}      | NO_TYPE type: missing (expected: text)",
                "{\"type\":7}      | NO_TYPE type: 7 (expected: text)",
                "{\"type\":null}   | NO_TYPE type: null (expected: text)",
                "[1]               | NO_TYPE message: a list (expected: an object with the field type)",
                "3                 | NO_TYPE message: 3 (expected: an object with the field type)",
                "{\"type\":\"nö\\n\"} | UNKNOWN_TYPE type: \"nö\\u000a\" (expected: a known type)",
                "{\"type\":\"edit\",\"message_id\":\"seven\"} | MISFIT message_id: \"seven\" (expected: a whole"
                        + " number)",
                "{\"type\":\"edit\"} | MISFIT message_id: missing (expected: a whole number)",
                "{\"type\":\"edit\",\"message_id\":1,\"tags\":[1,{}]} | MISFIT tags[1]: an object (expected: a whole"
                        + " number)",
            })
    void detailCanBeSentToTheClient(String sent, String answer) {
        try (WebsocketCommunicator peer = connected(Answering::new)) {
            peer.sendTo(sent);

            assertThat(peer.receiveFrom()).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @MethodSource("consumers")
    void carriesJsonAndTypeWhereTheyAreKnown(Function<BlockingQueue<InvalidJson>, Consumer> consumer) throws Exception {
        try (WebsocketCommunicator peer = connected(consumer)) {
            peer.sendTo("{");
            peer.sendTo("{\"a\":1}");
            peer.sendTo("{\"type\":\"what\"}");
            peer.sendTo("{\"type\":\"edit\",\"message_id\":\"seven\"}");

            InvalidJson malformed = next();
            assertThat(malformed.kind()).isEqualTo(InvalidJson.Kind.MALFORMED);
            assertThat(malformed.json()).isEmpty();
            assertThat(malformed.type()).isEmpty();
            assertThat(malformed.message().text()).isEqualTo("{");
            InvalidJson noType = next();
            assertThat(noType.kind()).isEqualTo(InvalidJson.Kind.NO_TYPE);
            assertThat(noType.json().map(JsonNode::toString)).contains("{\"a\":1}");
            assertThat(noType.type()).isEmpty();
            InvalidJson unknown = next();
            assertThat(unknown.kind()).isEqualTo(InvalidJson.Kind.UNKNOWN_TYPE);
            assertThat(unknown.type()).contains("what");
            assertThat(unknown.problem()).contains("[edit]");
            InvalidJson misfit = next();
            assertThat(misfit.kind()).isEqualTo(InvalidJson.Kind.MISFIT);
            assertThat(misfit.type()).contains("edit");
            assertThat(misfit.json().orElseThrow().get("message_id").stringValue())
                    .isEqualTo("seven");
            assertThat(misfit.message().text()).isEqualTo("{\"type\":\"edit\",\"message_id\":\"seven\"}");
            assertThat(misfit.problem()).contains("Edit");
        }
    }

    @Test
    void nestingBeyondTheLimitIsMalformed() {
        try (WebsocketCommunicator peer = connected(Answering::new)) {
            peer.sendTo("[".repeat(5000));
            assertThat(peer.receiveFrom())
                    .isEqualTo("MALFORMED message: exceeds a limit for JSON (expected: less nesting, shorter names and"
                            + " numbers)");

            peer.sendTo(new byte[] {1});
            assertThat(peer.receiveFrom()).isEqualTo("MALFORMED message: binary (expected: JSON text)");
        }
    }

    @Test
    @DisplayName("P7: a message that does not fit is one debug line, without line breaks of the client")
    void isOneDebugLine() {
        class Quiet extends AsyncJsonWebsocketConsumer {
            @ReceivesJson("edit")
            CompletionStage<Void> edit(Edit edit) {
                return send("edited " + edit.message_id());
            }
        }
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Quiet::new), "/")
                        .build()) {
            peer.connect();
            peer.sendTo("{\"type\":\"edit\",\"message_id\":\"seven\\nERROR forged\"}");
            peer.sendTo("{\"type\":\"edit\",\"message_id\":3}");
            assertThat(peer.receiveFrom()).isEqualTo("edited 3");

            assertThat(log.messagesFrom(Level.DEBUG))
                    .filteredOn(line -> line.contains("ignored a message"))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains("Quiet ignored a message (MISFIT): message_id: \"seven\\u000aERROR forged\"")
                            .doesNotContain("\n"));
            assertThat(log.messagesFrom(Level.INFO)).isEmpty();
        }
    }
}
