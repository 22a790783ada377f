package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static io.channels4j.redis.WireRecorder.JOB;
import static io.channels4j.redis.WireRecorder.SAID;
import static io.channels4j.redis.WireRecorder.SECRET;
import static io.channels4j.redis.WireRecorder.TOKEN_DATA;
import static io.channels4j.redis.WireRecorder.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessagePackSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replays what earlier versions stored in Redis. {@code unmarked.txt} was recorded before entries of work queues named their format, and
 * {@code marked.txt} after. See {@link WireRecorder}.
 */
@Timeout(30)
class WireRecordingsTest {

    /** Runs a test with each recording of the queue layer. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "unmarked json",
                "unmarked msgpack",
                "unmarked encrypted",
                "marked json",
                "marked msgpack",
                "marked encrypted"
            })
    private @interface EachQueueRecording {}

    private final RedisProcess redis = RedisProcess.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final RedisCommands<byte[], byte[]> commands =
            client.connect(ByteArrayCodec.INSTANCE).sync();

    @AfterEach
    void end() {
        client.shutdown();
        redis.close();
    }

    /**
     * Returns the parts of a recording. The first two words of {@code name} are the file and the variant, such as {@code unmarked json}.
     */
    private static List<byte[]> recorded(String name, String kind) throws IOException {
        String[] words = name.split(" ", -1);
        try (InputStream file = WireRecordingsTest.class.getResourceAsStream("wire/" + words[0] + ".txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.US_ASCII);
            String line = text.lines()
                    .filter(one -> one.startsWith(words[1] + " " + kind + " "))
                    .findFirst()
                    .orElseThrow();
            return Stream.of(line.split(" "))
                    .skip(2)
                    .map(Base64.getDecoder()::decode)
                    .toList();
        }
    }

    private static MessageSerializer serializer(String name) {
        return name.endsWith("msgpack") ? MessagePackSerializer.create() : JsonSerializer.create();
    }

    private RedisChannelLayer layer(String name) {
        RedisChannelLayer.Builder builder =
                RedisChannelLayer.builder(redis.url()).serializer(serializer(name));
        return (name.endsWith("encrypted") ? builder.encryptionKeys("a later secret of the fleet", SECRET) : builder)
                .build();
    }

    private void add(String key, List<byte[]> fields) {
        commands.xadd(bytes(key), fields.toArray());
    }

    @EachQueueRecording
    @DisplayName("P9: the current version reads work of the previous one")
    void readsWork(String name) throws IOException {
        try (RedisChannelLayer layer = layer(name)) {
            add("channels:{0}:queue:jobs", recorded(name, "work"));

            Delivery delivery = done(layer.take("jobs"));
            assertThat(delivery.message()).isEqualTo(JOB);
            delivery.requeue();
            assertThat(done(layer.take("jobs")).earlierDeliveries()).isEqualTo(1);
            assertThat(layer.health().unreadable()).isZero();
        }
    }

    @EachQueueRecording
    @DisplayName("P9: the current version moves delayed messages of the previous one")
    void movesDelayedMessages(String name) throws IOException {
        commands.zadd(
                bytes("channels:{0}:delayed"), 1, recorded(name, "delayed").get(0));
        try (RedisChannelLayer layer = layer(name)) {
            assertThat(done(layer.receive("jobs"))).isEqualTo(JOB);
        }
    }

    @EachQueueRecording
    @DisplayName("P9: the current version receives group messages of the previous one, and sends to its members")
    void readsGroups(String name) throws IOException {
        List<byte[]> queue = new ArrayList<>(recorded(name, "member"));
        byte[] ends = bytes("%016d".formatted(System.currentTimeMillis() + 3_600_000));
        System.arraycopy(ends, 0, queue.get(1), 0, ends.length);
        commands.hset(bytes("channels:{0}:group:room"), queue.get(0), queue.get(1));
        try (RedisChannelLayer layer = layer(name);
                Peer ada = member(layer, "room")) {
            String process = ada.channel().substring(0, ada.channel().indexOf('!'));

            add("channels:{0}:inbox:" + process, recorded(name, "inbox"));
            assertThat(ada.next()).isEqualTo(SAID);

            done(layer.groupSend("room", Message.of("new")));
            assertThat(done(layer.receive("jobs"))).isEqualTo(Message.of("new"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unmarked json", "unmarked msgpack", "unmarked encrypted"})
    @DisplayName("P9: the current version receives published messages of the previous one")
    void readsPublishedMessages(String name) throws IOException {
        RedisPubSubChannelLayer.Builder builder =
                RedisPubSubChannelLayer.builder(redis.url()).serializer(serializer(name));
        List<byte[]> published = recorded(name, "published");
        try (RedisPubSubChannelLayer layer = (name.endsWith("encrypted")
                                ? builder.encryptionKeys("a later secret of the fleet", SECRET)
                                : builder)
                        .build();
                Peer ada = member(layer, "room")) {
            await().until(() -> commands.publish(published.get(0), published.get(1)) > 0);

            assertThat(ada.next()).isEqualTo(SAID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unmarked json", "unmarked encrypted"})
    @DisplayName("P9: the current version reads sessions of the previous one, also after a rotation of the key")
    void readsSessions(String name) throws IOException {
        List<byte[]> session = recorded(name, "session");
        RedisSessionStore.Builder builder = RedisSessionStore.builder(redis.url());
        commands.set(session.get(1), session.get(2));
        String token = new String(session.get(0), StandardCharsets.UTF_8);
        try (RedisSessionStore store = (name.endsWith("encrypted")
                        ? builder.encryptionKeys("a later secret of the fleet", SECRET)
                        : builder)
                .build()) {
            assertThat(done(store.load(token))).hasValue(bytes(TOKEN_DATA));
            assertThat(done(store.update(token, bytes("{}"), Duration.ofHours(1))))
                    .hasValue(token);
            assertThat(done(store.load(token))).hasValue(bytes("{}"));
        }
    }
}
