package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.DjangoAddresses;
import io.channels4j.redis.dialect.Fernet;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.support.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Compares the serializers with byte sequences that Python's own libraries wrote, recorded by {@code src/test/python/record.py}. */
@Timeout(30)
class PythonRecordingsTest {

    private static final String FILE = "python/recorded.txt";
    private static final String GROUP = "asgi__group__";

    /** One line in the file of recordings. */
    record Recorded(String kind, String name, List<String> rest) {

        byte[] bytes() {
            return HexFormat.of().parseHex(rest.get(0));
        }

        @Override
        public String toString() {
            return kind + " " + name + (kind.equals("ring") ? " " + rest : "");
        }
    }

    private static List<Recorded> recorded(String kind) {
        try (InputStream file = PythonRecordingsTest.class.getResourceAsStream(FILE)) {
            assertThat(file).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> List.of(line.split(" ")))
                    .filter(words -> words.get(0).equals(kind))
                    .map(words -> new Recorded(kind, words.get(1), words.subList(2, words.size())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] json(String name) {
        return recorded("json").stream()
                .filter(line -> line.name().equals(name))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    /**
     * Returns a recorded message whose numbers keep all digits. JSON contains all digits; Python's MessagePack contains
     * doubles.
     */
    private static Message readExactly(String name) {
        return read(
                name,
                JsonMapper.builder()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build());
    }

    private static Message read(String name) {
        return read(name, new JsonMapper());
    }

    private static Message read(String name, JsonMapper mapper) {
        ObjectNode fields = (ObjectNode) mapper.readTree(json(name));
        String type = fields.remove("type").stringValue();
        return Message.of(type, fields);
    }

    static Stream<Recorded> inJson() {
        return recorded("json").stream();
    }

    static Stream<Recorded> inMessagePack() {
        return recorded("msgpack").stream();
    }

    static Stream<Recorded> inBoth() {
        return inMessagePack().filter(line -> !line.name().equals("bytes"));
    }

    static Stream<Recorded> tokens() {
        return recorded("fernet").stream();
    }

    static Stream<Recorded> rings() {
        return recorded("ring").stream();
    }

    @ParameterizedTest
    @MethodSource("inJson")
    void readsJson(Recorded line) {
        assertThat(DjangoSerializer.json().deserialize(line.bytes())).isEqualTo(readExactly(line.name()));
    }

    @ParameterizedTest
    @MethodSource("inBoth")
    void readsMessagePack(Recorded line) {
        assertThat(DjangoSerializer.messagePack().deserialize(line.bytes())).isEqualTo(read(line.name()));
    }

    @ParameterizedTest
    @MethodSource("inMessagePack")
    void writesTheSameMessagePack(Recorded line) {
        DjangoSerializer serializer = DjangoSerializer.messagePack();

        assertThat(serializer.serialize(serializer.deserialize(line.bytes()))).isEqualTo(line.bytes());
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void decryptsWithEitherKey(Recorded line) {
        byte[] clear = Fernet.of(List.of("first key", "second key")).decrypt(line.bytes());

        assertThat(DjangoSerializer.messagePack().deserialize(clear)).isEqualTo(read("plain"));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void selectsSameHost(Recorded line) {
        DjangoAddresses addresses = new DjangoAddresses("asgi");
        Address address = line.name().startsWith(GROUP)
                ? addresses.group(line.name().substring(GROUP.length()))
                : addresses.channel(line.name());
        int hosts = Integer.parseInt(line.rest().get(0));

        assertThat(address.redisName()).isEqualTo(line.name());
        assertThat(addresses.host(address.partition(), Collections.nCopies(hosts, "host")))
                .isEqualTo(Integer.parseInt(line.rest().get(1)));
    }

    @Test
    void layerReceivesRecordedMessages() {
        try (RedisProcess redis = RedisProcess.start();
                DjangoPubSubChannelLayer layer = DjangoPubSubChannelLayer.builder(RedisHosts.of(redis.url()))
                        .serializer(DjangoSerializer.messagePack().broadcastsAs("bytes"))
                        .build();
                Peer ada = PubSubRules.member(layer, "room")) {
            recorded("msgpack").forEach(line -> {
                try (var cli = redis.cli()) {
                    cli.publish(GROUP + "room", line.bytes());
                }
            });

            assertThat(ada.next(2)).containsExactly(read("plain"), read("empty"));
            ada.next(5);
            assertThat(((Broadcast) ada.next()).bytes()).containsExactly(0, -1);
        }
    }

    @Test
    void layerReceivesRecordedEncryptedMessages() {
        try (RedisProcess redis = RedisProcess.start();
                DjangoPubSubChannelLayer layer = DjangoPubSubChannelLayer.builder(RedisHosts.of(redis.url()))
                        .encryptionKeys("first key", "second key")
                        .build();
                Peer ada = PubSubRules.member(layer, "room")) {
            recorded("fernet").forEach(line -> {
                try (var cli = redis.cli()) {
                    cli.publish(GROUP + "room", line.bytes());
                }
            });

            assertThat(ada.next(2)).allMatch(read("plain")::equals);
            assertThat(read("plain").payload())
                    .isEqualTo(Message.of("any", Map.of("text", "hi")).payload());
        }
    }
}
