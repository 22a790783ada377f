package io.channels4j.redis.django.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.redis.dialect.Fernet;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Compares the codec with entries that a process on channels_redis 4.0.0 wrote, recorded by {@code src/test/python/record_core.py}. */
class DjangoCodecTest {

    private static final String ONE = "specific.0123456789abcdef0123456789abcdef!00000000000000000000000000000001";
    private static final List<String> OTHERS = IntStream.range(0, 20)
            .mapToObj("specific.11112222333344445555666677778888!%032x"::formatted)
            .toList();

    private static List<List<String>> recorded(String kind) {
        try (InputStream file = DjangoCodecTest.class.getResourceAsStream("/io/channels4j/redis/python/core.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> List.of(line.split(" ")))
                    .filter(words -> words.get(0).equals(kind))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry that Python wrote. */
    record Entry(String settings, String message, String receivers, String key, String digits) {

        static Entry of(List<String> words) {
            return new Entry(words.get(1), words.get(2), words.get(3), words.get(4), words.get(5));
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(digits);
        }

        List<String> channels() {
            return switch (receivers) {
                case "plain" -> List.of();
                case "others" -> OTHERS;
                default -> List.of(ONE);
            };
        }

        @Override
        public String toString() {
            return settings + " " + message + " " + receivers;
        }
    }

    static Stream<Entry> entries() {
        return recorded("entry").stream().map(Entry::of);
    }

    static Stream<List<String>> rings() {
        return recorded("ring").stream();
    }

    private static Message message(String name) {
        byte[] json = recorded("message").stream()
                .filter(words -> words.get(1).equals(name))
                .map(words -> HexFormat.of().parseHex(words.get(2)))
                .findFirst()
                .orElseThrow();
        ObjectNode fields = (ObjectNode) new JsonMapper().readTree(json);
        return Message.of(fields.remove("type").stringValue(), fields);
    }

    private static DjangoCodec codec(DjangoSerializer serializer, String... keys) {
        return new DjangoCodec(new MessageCodec(serializer, Seal.none(), 1 << 20), Fernet.of(List.of(keys)));
    }

    private static DjangoCodec codec(String settings) {
        return settings.endsWith("+keys")
                ? codec(DjangoSerializer.messagePack(), "second key", "first key")
                : codec(DjangoSerializer.messagePack());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void readsWhatPythonWrote(Entry entry) {
        DjangoCodec.Received received = codec(entry.settings()).read(entry.bytes());

        assertThat(received.message()).isEqualTo(message(entry.message()));
        assertThat(received.channels()).isEqualTo(entry.channels());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void writesWhatPythonWrote(Entry entry) {
        DjangoCodec codec = codec("msgpack");
        byte[] written = codec.write(message(entry.message()));
        byte[] ours = switch (entry.receivers()) {
            case "plain" -> codec.entry(written);
            case "channel" -> codec.entry(written, ONE);
            default -> codec.entry(written, entry.channels());
        };
        byte[] theirs = entry.bytes();
        if (entry.settings().endsWith("+keys")) {
            theirs = Fernet.of(List.of("first key")).decrypt(tail(theirs));
            ours = tail(ours);
        } else {
            theirs = tail(theirs);
            ours = tail(ours);
        }

        assertThat(ours).isEqualTo(theirs);
    }

    private static byte[] tail(byte[] entry) {
        return Arrays.copyOfRange(entry, DjangoCodec.ID_BYTES, entry.length);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void selectsTheSameHost(List<String> ring) {
        DjangoKeys keys = new DjangoKeys("asgi", Integer.parseInt(ring.get(2)));

        assertThat(keys.hostOf(ring.get(1))).isEqualTo(Integer.parseInt(ring.get(3)));
    }

    @Test
    void namesTheSameKeys() {
        DjangoKeys keys = new DjangoKeys("asgi", 1);

        assertThat(keys.group("room")).isEqualTo(recorded("member").get(0).get(1));
        assertThat(keys.queue(DjangoKeys.queueName("worker"))).isEqualTo("asgiworker");
        assertThat(keys.queue(DjangoKeys.queueName(ONE))).isEqualTo("asgispecific.0123456789abcdef0123456789abcdef!");
    }

    @Test
    void distinguishesLayersWithLongerPrefixes() {
        DjangoKeys keys = new DjangoKeys("asgi", 1);

        assertThat(List.of(
                        "asgi:group:room", "asgiworker", "asgiworker$inflight", "asgispecific.0!", "asgix$java.work"))
                .allMatch(keys::isOwn);
        assertThat(List.of("asgi2:group:room", "asgi:other", "asgiworker$", "other"))
                .noneMatch(keys::isOwn);
    }

    @Test
    void broadcastKeepsItsChannels() {
        for (DjangoSerializer serializer : List.of(DjangoSerializer.messagePack(), DjangoSerializer.json())) {
            DjangoCodec codec = codec(serializer.broadcastsAs("text"));

            DjangoCodec.Received received = codec.read(codec.entry(codec.write(Broadcast.text("hi")), OTHERS));

            assertThat(received.message()).isEqualTo(Broadcast.text("hi"));
            assertThat(received.channels()).isEqualTo(OTHERS);
        }
    }

    @Test
    void entriesOfJsonCarryTheirChannels() {
        DjangoCodec codec = codec(DjangoSerializer.json(), "a key");
        byte[] written = codec.write(Message.of("hello").with("text", "hi"));

        assertThat(codec.read(codec.entry(written, ONE)))
                .isEqualTo(new DjangoCodec.Received(Message.of("hello").with("text", "hi"), List.of(ONE)));
        assertThat(codec.read(codec.entry(written, OTHERS)).channels()).isEqualTo(OTHERS);
        assertThat(codec.read(codec.entry(written)).channels()).isEmpty();
    }

    @Test
    void rejectsWhatItCannotRead() {
        DjangoCodec codec = codec(DjangoSerializer.messagePack());

        assertThatThrownBy(() -> codec.read(new byte[5])).isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> codec.read(new byte[20])).isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> codec.write(Message.of("x").with("__asgi_channel__", "y")))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("__asgi_channel__");
    }
}
