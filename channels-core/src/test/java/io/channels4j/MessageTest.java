package io.channels4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

    record Said(String user, int count) {}

    record Nested(Said said, List<Double> values, Instant at) {}

    static final class Unwritable {

        public String getName() {
            return List.<String>of().get(0);
        }
    }

    @Test
    void withAddsFieldToCopy() {
        Message hello = Message.of("hello");

        Message more = hello.with("text", "hi").with("count", 3);

        assertThat(more.getString("text")).isEqualTo("hi");
        assertThat(more.getInt("count")).isEqualTo(3);
        assertThat(hello.has("text")).isFalse();
    }

    @Test
    void withReplacesField() {
        Message message = Message.of("hello").with("a", 1).with("a", 2);

        assertThat(message.payload().size()).isEqualTo(1);
        assertThat(message.getInt("a")).isEqualTo(2);
    }

    @Test
    void withExtendsRecord() {
        Message message = Message.of("said", new Said("ada", 1)).with("room", "lobby");

        assertThat(message.getString("user")).isEqualTo("ada");
        assertThat(message.getString("room")).isEqualTo("lobby");
    }

    @Test
    void withNullAddsField() {
        Message message = Message.of("hello").with("who", null);

        assertThat(message.has("who")).isTrue();
        assertThat(message.payload().get("who").isNull()).isTrue();
    }

    @Test
    void withRejectsPayloadWithoutFields() {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Message.of("list", List.of(1, 2)).with("a", 1))
                .withMessage("message list: the payload is not a JSON object, field \"a\" cannot be added");
    }

    @Test
    void asReturnsSameRecordWithinProcess() {
        Said said = new Said("ada", 1);

        assertThat(Message.of("said", said).as(Said.class)).isSameAs(said);
    }

    @Test
    void asBindsOncePerClass() {
        Message message = Message.of("said").with("user", "ada").with("count", 1);

        Said said = message.as(Said.class);

        assertThat(said).isEqualTo(new Said("ada", 1));
        assertThat(message.as(Said.class)).isSameAs(said);
    }

    @Test
    void errorNamesClassThatDoesNotFit() {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Message.of("said").with("count", "many").as(Said.class))
                .withMessage("message said: payload does not fit io.channels4j.MessageTest$Said (field count)")
                .withCauseInstanceOf(RuntimeException.class);
    }

    @Test
    void payloadIsSameNodeOnEachCall() {
        Message message = Message.of("said", new Said("ada", 1));

        assertThat(message.payload()).isSameAs(message.payload());
    }

    @Test
    void equalsComparesDecimalsByValue() {
        Message number = Message.of("price").with("amount", 1e16);

        assertThat(number)
                .isEqualTo(Message.fromJson("{\"type\": \"price\", \"payload\": {\"amount\": 1e+16}}".getBytes(UTF_8)))
                .isEqualTo(Message.of("price").with("amount", new BigDecimal("1.00E+16")))
                .isNotEqualTo(Message.of("price").with("amount", new BigDecimal("10000000000000000.1")))
                .isNotEqualTo(Message.of("price").with("amount", "1.0E16"));
    }

    @Test
    void equalsComparesPayloadsAsJson() {
        Message record = Message.of("said", new Said("ada", 1));

        assertThat(record)
                .isEqualTo(Message.of("said").with("user", "ada").with("count", 1))
                .isEqualTo(Message.of("said", Map.of("user", "ada", "count", 1L)))
                .isEqualTo(Message.fromJson(record.toJson()))
                .hasSameHashCodeAs(Message.fromJson(record.toJson()))
                .isNotEqualTo(Message.of("said", new Said("ada", 2)))
                .isNotEqualTo(Message.of("other", new Said("ada", 1)))
                .isNotEqualTo("said");
    }

    @Test
    void writesTypeAndPayload() {
        assertThat(new String(Message.of("said", new Said("ada", 1)).toJson(), UTF_8))
                .isEqualTo("{\"type\":\"said\",\"payload\":{\"user\":\"ada\",\"count\":1}}");
    }

    @Test
    void writesNullFields() {
        assertThat(new String(Message.of("said", new Said(null, 1)).toJson(), UTF_8))
                .contains("\"user\":null");
    }

    @Test
    void readsFromJson() {
        Nested nested =
                new Nested(new Said("\u00e9\ud83d\ude00\u0000", -1), List.of(0.5, 1e300), Instant.ofEpochSecond(1, 5));

        Message back = Message.fromJson(Message.of("nested", nested).toJson());

        assertThat(back.as(Nested.class)).isEqualTo(nested);
    }

    @Test
    void readsPayloadThatIsNotObjectFromJson() {
        Message list = Message.of("list", List.of(1, 2));

        assertThat(Message.fromJson(list.toJson())).isEqualTo(list);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "1",
                "null",
                "",
                "{\"type\":\"a\"}",
                "{\"payload\":{}}",
                "{\"type\":1,\"payload\":{}}"
            })
    void rejectsOtherJson(String json) {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Message.fromJson(json.getBytes(UTF_8)))
                .withMessage("message: JSON without type and payload");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "hello", "{\"type\":\"a\",\"payload\":{}} x", "\u0000"})
    void rejectsInvalidJson(String text) {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Message.fromJson(text.getBytes(UTF_8)))
                .withMessage("message: %d bytes that are not JSON", text.length());
    }

    @Test
    void errorNamesUnwritableClass() {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Message.of("bad", new Unwritable()).toJson())
                .withMessage(
                        "message bad: payload of class io.channels4j.MessageTest$Unwritable cannot be written as JSON");
    }

    @Test
    void rejectsEmptyType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of(""))
                .withMessage("message type: \"\" (expected: a name such as \"chat.message\")");
    }

    @Test
    void toStringHidesPayload() {
        assertThat(Message.of("said", new Said("secret", 1))).hasToString("Message[said]");
    }
}
