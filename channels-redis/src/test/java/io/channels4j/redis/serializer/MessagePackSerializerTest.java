package io.channels4j.redis.serializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import tools.jackson.databind.JsonNode;

/** Compares the bytes with those of the reference implementation of MessagePack. */
final class MessagePackSerializerTest {

    private static final MessagePackSerializer SERIALIZER = MessagePackSerializer.create();

    private static Message roundTrip(Message message) {
        return SERIALIZER.deserialize(SERIALIZER.serialize(message));
    }

    private static String readByReference(byte[] bytes) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
            String json = unpacker.unpackValue().toJson();
            assertThat(unpacker.hasNext()).isFalse();
            return json;
        }
    }

    @Test
    void keepsMarks() throws IOException {
        Message read = roundTrip(Message.of("m").latest("k").ephemeral());
        Message broadcast = roundTrip(Broadcast.text("t").latest("k"));

        assertThat(read.latestKey()).contains("k");
        assertThat(read.isEphemeral()).isTrue();
        assertThat(broadcast).isInstanceOf(Broadcast.class);
        assertThat(broadcast.latestKey()).contains("k");
        assertThat(broadcast.isEphemeral()).isFalse();
        assertThat(readByReference(SERIALIZER.serialize(Message.of("m")))).isEqualTo("{\"type\":\"m\",\"payload\":{}}");
    }

    @Test
    void roundTripsEveryKindOfValue() {
        Message message = Message.of("all")
                .with("text", "hä? \ud83d\ude00")
                .with("true", true)
                .with("false", false)
                .with("null", null)
                .with("list", List.of(1, "two", List.of(), Map.of("k", 3)))
                .with("bytes", new byte[] {1, 2, 3})
                .with("double", 0.1)
                .with("float", 0.1f);

        assertThat(roundTrip(message)).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                127,
                128,
                255,
                256,
                32767,
                32768,
                65535,
                65536,
                2147483647L,
                2147483648L,
                4294967296L,
                Long.MAX_VALUE,
                -1,
                -32,
                -33,
                -128,
                -129,
                -32768,
                -32769,
                -2147483648L,
                -2147483649L,
                Long.MIN_VALUE
            })
    void roundTripsWholeNumbers(long number) throws IOException {
        Message message = Message.of("n").with("i", number);

        assertThat(roundTrip(message).getLong("i")).isEqualTo(number);
        assertThat(readByReference(SERIALIZER.serialize(message))).contains("\"i\":" + number + "}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 255, 256, 65535, 65536, 100_000})
    void roundTripsTextBytesListsAndMapsOfEverySize(int size) throws IOException {
        Map<String, Integer> map = new HashMap<>();
        List<Integer> list = new ArrayList<>();
        for (int i = 0; i < Math.min(size, 70_000); i++) {
            map.put("k" + i, i);
            list.add(i);
        }
        Message message = Message.of("sizes")
                .with("text", "x".repeat(size))
                .with("bytes", new byte[size])
                .with("list", list)
                .with("map", map);

        byte[] bytes = SERIALIZER.serialize(message);

        assertThat(SERIALIZER.deserialize(bytes)).isEqualTo(message);
        assertThat(readByReference(bytes)).startsWith("{\"type\":\"sizes\",\"payload\":{");
    }

    @Test
    void roundTripsBroadcasts() {
        assertThat(roundTrip(Broadcast.text("hä?")))
                .isEqualTo(Broadcast.text("hä?"))
                .isInstanceOf(Broadcast.class);
        assertThat(roundTrip(Broadcast.json(Map.of("a", 1)))).isInstanceOf(Broadcast.class);
        assertThat(((Broadcast) roundTrip(Broadcast.binary(new byte[] {1, 2}))).bytes())
                .containsExactly(1, 2);
    }

    @Test
    void readsOutputOfTheReferenceImplementation() throws IOException {
        MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
        packer.packMapHeader(2);
        packer.packString("type").packString("n");
        packer.packString("payload").packMapHeader(3);
        packer.packString("big").packBigInteger(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        packer.packInt(7).packFloat(0.5f);
        packer.packString("byte").packByte((byte) 200);

        JsonNode payload = SERIALIZER.deserialize(packer.toByteArray()).payload();

        assertThat(payload.path("big").bigIntegerValue())
                .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        assertThat(payload.path("7").doubleValue()).isEqualTo(0.5);
        assertThat(payload.path("byte").intValue()).isEqualTo(-56);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1000000000000000000001",
                "12345678901234567.89",
                "-1E-400",
                "1E+400",
                "0.1",
                "1.50",
            })
    void decimalsKeepTheirDigits(String digits) {
        BigDecimal number = new BigDecimal(digits);

        JsonNode read = roundTrip(Message.of("n").with("d", number)).payload().path("d");

        assertThat(read.decimalValue()).isEqualByComparingTo(number);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 1000, 4000})
    void integersKeepTheirDigits(int bits) {
        BigInteger number = BigInteger.TWO.pow(bits);

        assertThat(roundTrip(Message.of("n").with("i", number))
                        .payload()
                        .path("i")
                        .bigIntegerValue())
                .isEqualTo(number);
        assertThat(roundTrip(Message.of("n").with("i", number.negate()))
                        .payload()
                        .path("i")
                        .bigIntegerValue())
                .isEqualTo(number.negate());
    }

    @Test
    void otherReadersSeeAnExtensionType() throws IOException {
        byte[] bytes = SERIALIZER.serialize(Message.of("n").with("d", new BigDecimal("12345678901234567.89")));

        assertThat(readByReference(bytes)).contains("[1,");
    }

    @Test
    void rejectsUnknownExtensionTypes() {
        byte[] unknown = {(byte) 0xc7, 1, 2, '7'};
        byte[] noNumber = {(byte) 0xc7, 1, 1, 'x'};

        assertThatThrownBy(() -> SERIALIZER.deserialize(unknown))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("message: unknown MessagePack extension type 2");
        assertThatThrownBy(() -> SERIALIZER.deserialize(noNumber))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("message: MessagePack number of 1 bytes");
    }

    @Test
    void readsAMessageOrThrowsChannelsExceptionForAnyInput() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = SERIALIZER.serialize(Message.of("n").with("list", List.of(1, "two", Map.of("k", 3.0))));
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                SERIALIZER.deserialize(bad);
            } catch (ChannelsException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageStartingWith("message");
            }
        }
    }

    @Test
    void limitsTheNestingDepth() {
        byte[] nested = new byte[100_000];
        java.util.Arrays.fill(nested, (byte) 0x91);

        assertThatThrownBy(() -> SERIALIZER.deserialize(nested)).hasMessageContaining("nested more than");
    }

    @Test
    void rejectsDeclaredSizesBeyondTheInput() {
        byte[] huge = {(byte) 0xdd, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1};

        assertThatThrownBy(() -> SERIALIZER.deserialize(huge)).hasMessageContaining("truncated");
    }
}
