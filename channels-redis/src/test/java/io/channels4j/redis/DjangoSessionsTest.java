package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.consumer.Consumer;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.RedisProcess;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads sessions that {@code src/test/python/record_sessions.py} recorded with a real Django. */
@Timeout(40)
class DjangoSessionsTest {

    private static final String SECRET = "the secret key";
    private static final String KEY = "abcdefghijklmnopqrstuvwxyz012345";
    private static final Map<String, String> RECORDED = recorded();

    private static Map<String, String> recorded() {
        Map<String, String> values = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                DjangoSessionsTest.class.getResourceAsStream("python/sessions.txt"), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] parts = line.split(" ", 2);
                values.put(parts[0], new String(HexFormat.of().parseHex(parts[1]), StandardCharsets.ISO_8859_1));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    private static DjangoSessions.Builder database(String row, String secret, String... fallbacks) {
        return DjangoSessions.builder(secret, fallbacks)
                .database(key ->
                        CompletableFuture.completedFuture(key.equals(KEY) ? Optional.of(row) : Optional.empty()));
    }

    private static Optional<String> loaded(DjangoSessions sessions, String key) {
        return done(sessions.load(key)).map(data -> new String(data, StandardCharsets.UTF_8));
    }

    // ---- signed sessions in the database ----

    @Test
    void readsSignedSessions() {
        assertThat(loaded(database(RECORDED.get("short"), SECRET).build(), KEY)).hasValue("{\"a\":1}");
        assertThat(loaded(database(RECORDED.get("login"), SECRET).build(), KEY))
                .get()
                .asString()
                .contains("\"_auth_user_id\":\"42\"");
    }

    @Test
    void readsCompressedSessions() {
        assertThat(RECORDED.get("compressed")).startsWith(".");
        assertThat(loaded(database(RECORDED.get("compressed"), SECRET).build(), KEY))
                .get()
                .asString()
                .contains("\"item\":\"tea\"")
                .contains("\"name\":\"Zo\\u00eb\"");
    }

    @Test
    void acceptsFallbackSecrets() {
        assertThat(loaded(
                        database(RECORDED.get("short"), "new", "newer", SECRET).build(), KEY))
                .isPresent();
        assertThat(loaded(database(RECORDED.get("short"), "new", "newer").build(), KEY))
                .isEmpty();
    }

    @Test
    @DisplayName("P8: a session with any changed character is not accepted")
    void rejectsChangedSessions() {
        String row = RECORDED.get("login");
        for (int i = 0; i < row.length(); i++) {
            char other = row.charAt(i) == 'A' ? 'B' : 'A';
            String changed = row.substring(0, i) + other + row.substring(i + 1);
            assertThat(loaded(database(changed, SECRET).build(), KEY))
                    .as(changed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "::", "a", "a:b", "a:b:c", ".:b:c"})
    void ignoresRowsWithoutSignature(String row) {
        assertThat(loaded(database(row, SECRET).build(), KEY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "../abcdefghijklmnopqrstuvwxyz0", "a\nb"})
    void doesNotLookUpMalformedKeys(String key) {
        DjangoSessions sessions = DjangoSessions.builder(SECRET)
                .database(unexpected -> {
                    throw new AssertionError("looked up " + unexpected);
                })
                .build();

        assertThat(loaded(sessions, key)).isEmpty();
    }

    // ---- sessions in a cache ----

    @Test
    void readsSessionsInCache() {
        try (RedisProcess redis = RedisProcess.start();
                DjangoSessions sessions = cache(redis)) {
            redis.command("SET", RECORDED.get("cache_key"), RECORDED.get("json"));

            assertThat(loaded(sessions, KEY)).hasValue(RECORDED.get("json"));
            assertThat(loaded(sessions, KEY.replace('a', 'b'))).isEmpty();
        }
    }

    private static DjangoSessions cache(RedisProcess redis) {
        return DjangoSessions.builder(SECRET)
                .cache(RedisHosts.of(redis.url()).withTimeout(Duration.ofSeconds(2)))
                .build();
    }

    @Test
    @DisplayName("P8: pickled sessions are not read")
    void ignoresPickledSessions() {
        byte[] pickled = RECORDED.get("pickled").getBytes(StandardCharsets.ISO_8859_1);
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = RedisClient.create(redis.url());
                DjangoSessions sessions = cache(redis);
                CapturedLog log = CapturedLog.of("io.channels4j.redis")) {
            client.connect(ByteArrayCodec.INSTANCE)
                    .sync()
                    .set(RECORDED.get("cache_key").getBytes(StandardCharsets.UTF_8), pickled);

            assertThat(loaded(sessions, KEY)).isEmpty();
            assertThat(loaded(sessions, KEY)).isEmpty();

            assertThat(log.messages(Level.WARN)).singleElement().asString().contains("pickled data");
        }
    }

    @Test
    void failsWhileCacheIsUnavailable() {
        RedisProcess redis = RedisProcess.start();
        try (DjangoSessions sessions = cache(redis)) {
            redis.close();

            assertThatThrownBy(() -> done(sessions.load(KEY)))
                    .hasRootCauseInstanceOf(Exception.class)
                    .hasMessageContaining("Django session: Redis is unavailable");
        }
    }

    // ---- users ----

    private static final class Greeting extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            return accept().thenCompose(
                            nothing -> send("hello " + scope().user().name()));
        }
    }

    private record Account(String id, String name, String password) implements User {}

    private static String greeting(DjangoSessions sessions, String password) {
        Account ada = new Account("42", "ada", password);
        Application application = Consumer.application(Greeting::new)
                .behind(AuthMiddlewareStack.of(
                        sessions.middleware(),
                        sessions.authenticator(
                                id -> CompletableFuture.completedFuture(
                                        id.equals("42") ? Optional.of(ada) : Optional.empty()),
                                user -> ((Account) user).password())));
        try (WebsocketCommunicator client = WebsocketCommunicator.builder(application, "/")
                .header("Host", "testserver")
                .header("Origin", "http://testserver")
                .header("Cookie", "sessionid=" + KEY)
                .build()) {
            assertThat(client.connect().accepted()).isTrue();
            return client.receiveFrom();
        }
    }

    @Test
    void authMiddlewareStackIdentifiesUserWhoLoggedInWithDjango() {
        String password = RECORDED.get("password");

        assertThat(greeting(database(RECORDED.get("login"), SECRET).build(), password))
                .isEqualTo("hello ada");
        assertThat(greeting(database(RECORDED.get("login"), "new", SECRET).build(), password))
                .as("a fallback also verifies the hash of the password")
                .isEqualTo("hello ada");
    }

    @Test
    void changedPasswordEndsTheLogin() {
        assertThat(greeting(database(RECORDED.get("login"), SECRET).build(), "pbkdf2_sha256$changed"))
                .isEqualTo("hello anonymous");
    }

    @Test
    void otherAuthenticationBackendIsNotAccepted() {
        DjangoSessions sessions = database(RECORDED.get("login"), SECRET)
                .backends("example.Backend")
                .build();

        assertThat(greeting(sessions, RECORDED.get("password"))).isEqualTo("hello anonymous");
    }

    // ---- settings ----

    @Test
    void onlyDjangoChangesSessions() {
        DjangoSessions sessions = database(RECORDED.get("short"), SECRET).build();

        assertThatThrownBy(() -> done(sessions.create(new byte[0], Duration.ofHours(1))))
                .hasCauseInstanceOf(ChannelsException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatThrownBy(() -> DjangoSessions.builder("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DjangoSessions.builder(SECRET).build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> DjangoSessions.builder(SECRET)
                        .cache(RedisHosts.of("redis://localhost:1", "redis://localhost:2")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
