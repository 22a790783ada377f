package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.support.RedisCli;
import io.channels4j.support.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tests compatibility with channels_redis 4.3.0, using messages recorded from a Python process by {@code
 * src/test/python/record_process.py}.
 */
@Timeout(30)
class PythonProcessTest {

    private static final String GROUP = "asgi__group__room";
    private static final String CHANNEL = "worker";
    private static final List<String> RECORDED = lines();

    private final RedisProcess redis = RedisProcess.start();
    private final RedisCli cli = redis.cli();

    @AfterEach
    void stop() {
        cli.close();
        redis.close();
    }

    /** One line in the file of recordings. */
    private record Published(String settings, String name, String channel, String digits) {

        static Published of(String line) {
            String[] words = line.split(" ", -1);
            return new Published(words[0], words[1], words[2], words[3]);
        }

        byte[] payload() {
            return HexFormat.of().parseHex(digits);
        }

        Message message() {
            String json = published("json", GROUP).stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .digits();
            ObjectNode fields =
                    (ObjectNode) new JsonMapper().readTree(HexFormat.of().parseHex(json));
            return Message.of(fields.remove("type").stringValue(), fields);
        }
    }

    private static List<String> lines() {
        try (InputStream file = PythonProcessTest.class.getResourceAsStream("python/process.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Published> published(String settings, String channel) {
        List<Published> found = RECORDED.stream()
                .filter(line -> line.startsWith(settings + " "))
                .map(Published::of)
                .filter(one -> one.channel().equals(channel))
                .toList();
        assertThat(found).hasSize(7);
        return found;
    }

    private DjangoPubSubChannelLayer layer(String settings) {
        DjangoSerializer serializer =
                settings.startsWith("json") ? DjangoSerializer.json() : DjangoSerializer.messagePack();
        DjangoPubSubChannelLayer.Builder builder =
                DjangoPubSubChannelLayer.builder(RedisHosts.of(redis.url())).serializer(serializer);
        return settings.endsWith("+keys")
                ? builder.encryptionKeys("first key", "second key").build()
                : builder.build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "json+keys", "msgpack", "msgpack+keys"})
    void receivesRecordedGroupMessages(String settings) {
        try (DjangoPubSubChannelLayer layer = layer(settings);
                Peer ada = PubSubRules.member(layer, "room")) {
            List<Published> sent = published(settings, GROUP);

            sent.forEach(one -> cli.publish(one.channel(), one.payload()));

            assertThat(ada.next(sent.size()))
                    .isEqualTo(sent.stream().map(Published::message).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "json+keys", "msgpack", "msgpack+keys"})
    void receivesRecordedChannelMessages(String settings) {
        try (DjangoPubSubChannelLayer layer = layer(settings)) {
            for (Published one : published(settings, CHANNEL)) {
                CompletableFuture<Message> received = layer.receive(CHANNEL).toCompletableFuture();
                await().until(() ->
                        String.valueOf(cli.reply("PUBSUB", "NUMSUB", CHANNEL)).contains("1"));

                cli.publish(one.channel(), one.payload());

                assertThat(received).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(one.message());
            }
        }
    }

    @Test
    void encodesMessagesLikePython() {
        DjangoSerializer serializer = DjangoSerializer.messagePack();

        assertThat(published("msgpack", GROUP))
                .allSatisfy(
                        one -> assertThat(serializer.serialize(one.message())).isEqualTo(one.payload()));
    }

    @Test
    void channelNamesHaveSameFormAsPython() {
        String theirs = RECORDED.stream()
                .filter(line -> line.startsWith("name "))
                .findFirst()
                .orElseThrow()
                .substring("name ".length());
        try (DjangoPubSubChannelLayer layer = layer("json")) {
            String ours = layer.newChannel().toCompletableFuture().join();

            assertThat(ours.replaceAll("[0-9a-f]{32}$", "0".repeat(32))).isEqualTo(theirs);
        }
    }
}
