package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.session.SessionChanges;
import io.channels4j.support.RedisCli;
import io.channels4j.support.RedisProcess;
import io.channels4j.testing.ChannelLayerContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Runs the channel-layer contract with users that have exactly the rights in docs/redis.md. Redis must not have logged a denied command.
 */
class AccessRulesTest {

    private static final Message HELLO = Message.of("hello");
    private static final SessionChanges ADDED = new SessionChanges(false, Map.of("b", "2"), Set.of());
    private static final Path DOCUMENT = Path.of("..", "docs", "redis.md");
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    /** Creates the user of the given name as documented, and returns the URL with which it connects. */
    private static String urlOf(String user) {
        RedisProcess redis = RedisProcess.shared();
        redis.command(documentedCommand(user));
        return "redis://%s:secret@127.0.0.1:%d".formatted(user, redis.port());
    }

    private static String[] documentedCommand(String user) {
        String start = "ACL SETUSER " + user + " ";
        try (var lines = Files.lines(DOCUMENT, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("docs/redis.md: no line that starts with " + start))
                    .split(" +");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNothingDenied(String user) {
        try (RedisCli cli = RedisProcess.shared().cli()) {
            List<?> log = (List<?>) Objects.requireNonNull(cli.reply("ACL", "LOG"));
            assertThat(log.stream().map(List.class::cast))
                    .filteredOn(entry -> entry.contains(user))
                    .extracting(entry -> entry.get(entry.indexOf("object") + 1))
                    .as("denied, except for the library's name, which Redis ignores")
                    .allSatisfy(object -> assertThat(object.toString()).startsWith("client"));
        }
    }

    abstract static class Contract extends ChannelLayerContract {

        private final String user;
        private final String prefix;
        private final String url;
        private final Map<ChannelLayer, String> prefixes = new ConcurrentHashMap<>();

        Contract(String user, String prefix) {
            this.user = user;
            this.prefix = prefix;
            RedisProcess.shared().command("ACL", "LOG", "RESET");
            this.url = urlOf(user);
        }

        abstract ChannelLayer create(RedisHosts hosts, String layerPrefix, LayerSettings settings);

        @Override
        protected ChannelLayer createLayer(LayerSettings settings) {
            return create(prefix + PREFIXES.incrementAndGet(), settings);
        }

        @Override
        protected ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings) {
            return create(prefixes.get(layer), settings);
        }

        private ChannelLayer create(String layerPrefix, LayerSettings settings) {
            ChannelLayer layer = create(RedisHosts.of(url), layerPrefix, settings);
            prefixes.put(layer, layerPrefix);
            return layer;
        }

        @AfterEach
        void nothingWasDenied() {
            assertNothingDenied(user);
        }
    }

    @Nested
    class Queues extends Contract {

        Queues() {
            super("channels-queues", "channels:");
        }

        @Override
        ChannelLayer create(RedisHosts hosts, String layerPrefix, LayerSettings settings) {
            return RedisChannelLayer.builder(hosts)
                    .prefix(layerPrefix)
                    .settings(settings)
                    .build();
        }
    }

    @Nested
    class PubSub extends Contract {

        PubSub() {
            super("channels-pubsub", "channels:");
        }

        @Override
        protected Set<Feature> features() {
            return EnumSet.complementOf(EnumSet.of(Feature.QUEUES, Feature.REDELIVERY));
        }

        @Override
        ChannelLayer create(RedisHosts hosts, String layerPrefix, LayerSettings settings) {
            return RedisPubSubChannelLayer.builder(hosts)
                    .prefix(layerPrefix)
                    .settings(settings)
                    .build();
        }
    }

    @Nested
    class Django extends Contract {

        Django() {
            super("channels-django", "asgi");
        }

        @Override
        protected Set<Feature> features() {
            return EnumSet.complementOf(EnumSet.of(Feature.ANY_NAME, Feature.ANY_PAYLOAD));
        }

        @Override
        ChannelLayer create(RedisHosts hosts, String layerPrefix, LayerSettings settings) {
            return DjangoChannelLayer.builder(hosts)
                    .prefix(layerPrefix)
                    .settings(settings)
                    .build();
        }
    }

    @Test
    void djangoPubSubNeedsNoMoreThanTheDocumentedRights() {
        RedisProcess.shared().command("ACL", "LOG", "RESET");
        RedisHosts hosts = RedisHosts.of(urlOf("channels-django-pubsub"));
        try (ChannelLayer here = DjangoPubSubChannelLayer.builder(hosts).build();
                ChannelLayer there = DjangoPubSubChannelLayer.builder(hosts).build()) {
            Peer ada = PubSubRules.member(here, "room");
            done(there.groupSend("room", HELLO));
            assertThat(ada.next()).isEqualTo(HELLO);
            done(there.send(ada.channel(), HELLO));
            assertThat(ada.next()).isEqualTo(HELLO);
        }
        assertNothingDenied("channels-django-pubsub");
    }

    @Test
    void sessionsNeedNoMoreThanTheDocumentedRights() {
        RedisProcess.shared().command("ACL", "LOG", "RESET");
        byte[] data = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        try (RedisSessionStore store = RedisSessionStore.builder(RedisHosts.of(urlOf("channels-sessions")))
                .build()) {
            String token = done(store.create(data, Duration.ofHours(1)));
            assertThat(done(store.update(token, data, Duration.ofHours(1)))).hasValue(token);
            assertThat(done(store.load(token))).hasValue(data);
            assertThat(done(store.merge(token, ADDED, Duration.ofHours(1)))).isPresent();
            done(store.delete(token));
            assertThat(done(store.load(token))).isEmpty();
        }
        assertNothingDenied("channels-sessions");
    }
}
