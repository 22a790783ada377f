package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.session.MergedSession;
import io.channels4j.session.SessionChanges;
import io.channels4j.support.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RedisSessionStoreTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final byte[] DATA = "user=ada".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MORE = "user=bob".getBytes(StandardCharsets.UTF_8);

    private final List<RedisSessionStore> stores = new ArrayList<>();

    private RedisSessionStore started(RedisSessionStore.Builder builder) {
        RedisSessionStore store = builder.build();
        stores.add(store);
        return store;
    }

    private RedisSessionStore.Builder builder() {
        return RedisSessionStore.builder(RedisProcess.shared().url()).prefix("SessionTest");
    }

    @AfterEach
    void closeStores() {
        stores.forEach(RedisSessionStore::close);
    }

    @Test
    void anotherProcessLoadsSavedSession() {
        String token = done(started(builder()).create(DATA, HOUR));

        assertThat(done(started(builder()).load(token))).hasValue(DATA);
    }

    @Test
    void updateReplacesSession() {
        RedisSessionStore store = started(builder());
        String token = done(store.create(DATA, HOUR));

        assertThat(done(store.update(token, MORE, HOUR))).hasValue(token);
        assertThat(done(store.load(token))).hasValue(MORE);
    }

    @Test
    void updateDoesNotRestoreDeletedSession() {
        RedisSessionStore store = started(builder());
        String token = done(store.create(DATA, HOUR));
        done(store.delete(token));

        assertThat(done(store.update(token, MORE, HOUR))).isEmpty();
        assertThat(done(store.load(token))).isEmpty();
    }

    @Test
    void sessionExpires() {
        RedisSessionStore store = started(builder());
        String token = done(store.create(DATA, Duration.ofMillis(100)));

        await().until(() -> done(store.load(token)).isEmpty());

        assertThat(done(store.update(token, MORE, HOUR))).isEmpty();
    }

    @Test
    void findsNothingUnderMalformedTokens() {
        RedisSessionStore store = started(builder());

        for (String token : List.of("", "*", "a\nb", "x".repeat(100_000))) {
            assertThat(done(store.load(token))).isEmpty();
            assertThat(done(store.update(token, DATA, HOUR))).isEmpty();
            done(store.delete(token));
        }
    }

    @Test
    void redisContainsNeitherTokenNorPlainData() {
        RedisSessionStore store = started(builder().prefix("SecretSession").encryptionKeys("a secret for sessions"));
        String token = done(store.create(DATA, HOUR));

        String key = RedisProcess.shared().command("KEYS", "SecretSession:*").replaceAll("[\\[\\]]", "");

        assertThat(key).doesNotContain(token);
        assertThat(RedisProcess.shared().command("GET", key)).doesNotContain("ada");
        assertThat(done(store.load(token))).hasValue(DATA);
    }

    @Test
    void secretCanBeReplaced() {
        String token =
                done(started(builder().encryptionKeys("the old secret of ours")).create(DATA, HOUR));

        assertThat(done(started(builder().encryptionKeys("the new secret of ours", "the old secret of ours"))
                        .load(token)))
                .hasValue(DATA);
        assertThat(done(started(builder().encryptionKeys("the new secret of ours"))
                        .load(token)))
                .isEmpty();
    }

    @Test
    @DisplayName("P8: an encrypted session that was copied to another key is ignored")
    void ignoresACopiedSession() {
        RedisSessionStore store = started(builder().prefix("CopiedSession").encryptionKeys("a secret for sessions"));
        done(store.create(DATA, HOUR));
        String key = RedisProcess.shared().command("KEYS", "CopiedSession:*").replaceAll("[\\[\\]]", "");
        String mallory = done(store.create(MORE, HOUR));
        String own = List.of(RedisProcess.shared()
                        .command("KEYS", "CopiedSession:*")
                        .replaceAll("[\\[\\]]", "")
                        .split("[\\s,]+"))
                .stream()
                .filter(other -> !other.equals(key))
                .findFirst()
                .orElseThrow();

        RedisProcess.shared().command("COPY", key, own, "REPLACE");

        assertThat(done(store.load(mallory))).isEmpty();
        assertThat(done(store.merge(mallory, SessionChanges.none(), HOUR))).isEmpty();
    }

    @Test
    @DisplayName("P8: concurrent merges of two processes lose no change")
    void mergesConcurrently() {
        List<RedisSessionStore> two = List.of(
                started(builder().encryptionKeys("a secret for sessions")),
                started(builder().encryptionKeys("a secret for sessions")));
        String token = done(two.get(0).create("{\"a\":1}".getBytes(StandardCharsets.UTF_8), HOUR));

        List<CompletableFuture<Optional<MergedSession>>> merges = IntStream.range(0, 40)
                .mapToObj(
                        i -> two.get(i % 2).merge(token, put("name" + i), HOUR).toCompletableFuture())
                .toList();

        assertThat(merges).allSatisfy(merge -> assertThat(done(merge)).isPresent());
        String stored = new String(done(two.get(0).load(token)).orElseThrow(), StandardCharsets.UTF_8);
        assertThat(stored).contains("\"a\":1");
        assertThat(IntStream.range(0, 40)).allMatch(i -> stored.contains("\"name" + i + "\""));
    }

    @Test
    void mergeThatLeavesNothingDeletesTheSession() {
        RedisSessionStore store = started(builder());
        String token = done(store.create("{\"a\":1}".getBytes(StandardCharsets.UTF_8), HOUR));

        Optional<MergedSession> merged =
                done(store.merge(token, new SessionChanges(false, Map.of(), Set.of("a")), HOUR));

        assertThat(merged)
                .hasValueSatisfying(session -> assertThat(session.isEmpty()).isTrue());
        assertThat(done(store.load(token))).isEmpty();
        assertThat(done(store.merge(token, put("b"), HOUR))).isEmpty();
    }

    @Test
    @DisplayName("P3: a session may live for ever")
    void acceptsLifetimesOfAnyLength() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        RedisSessionStore store = started(builder());
        String token = done(store.create("{\"a\":1}".getBytes(StandardCharsets.UTF_8), forever));

        assertThat(done(store.merge(token, put("b"), forever))).isPresent();
        assertThat(done(store.update(token, DATA, forever))).isPresent();
        assertThat(done(store.load(token))).hasValue(DATA);
    }

    private static SessionChanges put(String name) {
        return new SessionChanges(false, Map.of(name, "true"), Set.of());
    }

    @Test
    void storesSessionsInClusterAndOnSeveralHosts() {
        try (RedisProcess one = RedisProcess.start();
                RedisProcess two = RedisProcess.start()) {
            for (RedisSessionStore store : List.of(
                    started(RedisSessionStore.builder(
                            RedisCluster.shared().url().replace("redis://", "redis-cluster://"))),
                    started(RedisSessionStore.builder(one.url(), two.url())))) {
                List<String> tokens = IntStream.range(0, 50)
                        .mapToObj(i -> done(store.create(DATA, HOUR)))
                        .toList();

                assertThat(tokens)
                        .allSatisfy(token -> assertThat(done(store.load(token))).hasValue(DATA));
            }
            assertThat(one.command("DBSIZE")).isNotEqualTo("0").isNotEqualTo("50");
        }
    }

    @Test
    void outageFailsImmediatelyAndRecoversAutomatically() {
        try (RedisProcess own = RedisProcess.startDurable()) {
            RedisSessionStore store = started(RedisSessionStore.builder(
                    RedisHosts.of(own.url()).withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100))));
            String token = done(store.create(DATA, HOUR));

            own.kill();
            assertThatThrownBy(() -> done(store.load(token)))
                    .hasCauseInstanceOf(ChannelsException.class)
                    .hasMessageContaining("session: Redis is unavailable");
            own.restart();

            await().ignoreExceptions().until(() -> done(store.load(token)).isPresent());
        }
    }
}
