package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.support.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
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
