package io.channels4j.redis.serializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Compares with bytes that Python 3.11 wrote with its {@code json} module and msgpack 1. */
class DjangoSerializerTest {

    private static final String RECORDED_JSON =
            "{\"type\": \"chat.message\", \"text\": \"h\\u00e4?\", \"n\": 3, \"ok\": true, \"none\": null, \"list\":"
                    + " [1, -2, 3.5], \"deep\": {\"a\": \"b\"}}";
    private static final String RECORDED_MESSAGE_PACK =
            "87a474797065ac636861742e6d657373616765a474657874a468c3a43fa16e03a26f6bc3a46e6f6e65c0a46c6973749301fecb400c000000000000a46465657081a161a162";

    private static final Message MESSAGE = Message.of("chat.message")
            .with("text", "hä?")
            .with("n", 3)
            .with("ok", true)
            .with("none", null)
            .with("list", List.of(1, -2, 3.5))
            .with("deep", Map.of("a", "b"));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsPythonsJson() {
        assertThat(DjangoSerializer.json().deserialize(utf8(RECORDED_JSON))).isEqualTo(MESSAGE);
    }

    @Test
    void readsPythonsMessagePack() {
        byte[] recorded = HexFormat.of().parseHex(RECORDED_MESSAGE_PACK);

        assertThat(DjangoSerializer.messagePack().deserialize(recorded)).isEqualTo(MESSAGE);
    }

    @Test
    void writesMessagePackAsPythonDoes() {
        byte[] written = DjangoSerializer.messagePack().serialize(MESSAGE);

        assertThat(HexFormat.of().formatHex(written)).isEqualTo(RECORDED_MESSAGE_PACK);
    }

    @Test
    void writesTypeAndFieldsInOneObject() {
        byte[] written = DjangoSerializer.json().serialize(Message.of("hello").with("text", "hi"));

        assertThat(written).isEqualTo(utf8("{\"type\":\"hello\",\"text\":\"hi\"}"));
    }

    @Test
    void rejectsPayloadThatIsNotAnObject() {
        assertThatThrownBy(() -> DjangoSerializer.json().serialize(Message.of("hello", List.of(1))))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("expected: an object without a field");
        assertThatThrownBy(() -> DjangoSerializer.json().serialize(Message.of("hello", Map.of("type", "x"))))
                .isInstanceOf(ChannelsException.class);
    }

    @Test
    void rejectsBroadcastWithoutType() {
        assertThatThrownBy(() -> DjangoSerializer.json().serialize(Broadcast.text("hi")))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("broadcastsAs");
    }

    @Test
    void writesAndReadsBroadcastWithItsType() {
        DjangoSerializer serializer = DjangoSerializer.json().broadcastsAs("broadcast.text");

        byte[] written = serializer.serialize(Broadcast.text("hi"));

        assertThat(written).isEqualTo(utf8("{\"type\":\"broadcast.text\",\"text\":\"hi\"}"));
        assertThat(serializer.deserialize(written)).isEqualTo(Broadcast.text("hi"));
    }

    @Test
    void supportsBytesInMessagePackOnly() {
        DjangoSerializer packed = DjangoSerializer.messagePack().broadcastsAs("broadcast.bytes");
        Broadcast binary = Broadcast.binary(new byte[] {0, -1});

        Message read = packed.deserialize(packed.serialize(binary));

        assertThat(((Broadcast) read).bytes()).containsExactly(0, -1);
        assertThatThrownBy(() -> DjangoSerializer.json().broadcastsAs("b").serialize(binary))
                .isInstanceOf(ChannelsException.class);
    }

    @Test
    void rejectsMessageWithoutType() {
        for (String bytes : List.of("{}", "[]", "{\"type\": 1}", "{\"type\": \"\"}", "nonsense", "")) {
            assertThatThrownBy(() -> DjangoSerializer.json().deserialize(utf8(bytes)))
                    .isInstanceOf(ChannelsException.class);
        }
    }

    @Test
    void roundsDecimalsAsPythonDoes() {
        DjangoSerializer serializer = DjangoSerializer.messagePack();
        Message message = Message.of("price")
                .with("decimal", new BigDecimal("12345678901234567.89"))
                .with("huge", new BigDecimal("1E+400"));

        JsonNode read = serializer.deserialize(serializer.serialize(message)).payload();

        assertThat(read.path("decimal").isDouble()).isTrue();
        assertThat(read.path("decimal").doubleValue()).isEqualTo(12345678901234568.0);
        assertThat(read.path("huge").doubleValue()).isInfinite();
    }

    @Test
    void rejectsIntegersOfMoreThan64BitsAsPythonDoes() {
        Message message = Message.of("n").with("i", BigInteger.TWO.pow(64));

        assertThatThrownBy(() -> DjangoSerializer.messagePack().serialize(message))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("message: integer 18446744073709551616 (expected: at most 64 bits, which MessagePack and"
                        + " Python's msgpack support; send longer ones as text)");
    }
}
