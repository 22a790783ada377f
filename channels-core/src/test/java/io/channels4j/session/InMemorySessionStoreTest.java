package io.channels4j.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.channels4j.fixture.FakeClock;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class InMemorySessionStoreTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final FakeClock clock = new FakeClock();
    private final InMemorySessionStore store = InMemorySessionStore.of(3, clock);

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private String create(int content) {
        return get(store.create(new byte[] {(byte) content}, HOUR));
    }

    private Optional<byte[]> load(String token) {
        return get(store.load(token));
    }

    @Test
    void loadsACreatedSession() {
        assertThat(load(create(7))).hasValueSatisfying(data -> assertThat(data).containsExactly(7));
    }

    @Test
    void findsNothingUnderUnknownToken() {
        assertThat(load("guessed")).isEmpty();
    }

    @Test
    void updateReplacesTheDataAndKeepsTheToken() {
        String token = create(7);

        Optional<String> updated = get(store.update(token, new byte[] {8}, HOUR));

        assertThat(updated).contains(token);
        assertThat(load(token)).hasValueSatisfying(data -> assertThat(data).containsExactly(8));
    }

    @Test
    void updateDoesNotRecreateADeletedSession() {
        String token = create(7);
        store.delete(token);

        assertThat(get(store.update(token, new byte[] {8}, HOUR))).isEmpty();
        assertThat(load(token)).isEmpty();
    }

    @Test
    void sessionExpires() {
        String token = create(7);

        clock.advance(HOUR);

        assertThat(load(token)).isEmpty();
        assertThat(store.size()).isZero();
    }

    @Test
    void updateExtendsTheLifetime() {
        String token = create(7);
        clock.advance(Duration.ofMinutes(59));

        store.update(token, new byte[] {7}, HOUR);
        clock.advance(Duration.ofMinutes(59));

        assertThat(load(token)).isPresent();
    }

    @Test
    void saveRemovesExpiredSessions() {
        create(1);
        create(2);

        clock.advance(HOUR);
        create(3);

        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("P8: concurrent merges lose no change")
    void mergesConcurrently() {
        String token = get(store.create("{}".getBytes(UTF_8), HOUR));
        get(store.merge(token, SessionChanges.none().withPut("first", JsonNodeFactory.instance.numberNode(0)), HOUR));

        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> get(store.merge(
                        token,
                        SessionChanges.none().withPut("name" + i, JsonNodeFactory.instance.numberNode(i)),
                        HOUR)));

        assertThat(SessionChanges.read(load(token).orElseThrow())).hasSize(201);
    }

    @Test
    void mergeOfNothingExtendsTheLifetime() {
        String token = get(store.create("{\"a\":1}".getBytes(UTF_8), HOUR));
        clock.advance(Duration.ofMinutes(59));

        assertThat(get(store.merge(token, SessionChanges.none(), HOUR))).isPresent();
        clock.advance(Duration.ofMinutes(59));

        assertThat(load(token)).isPresent();
        clock.advance(Duration.ofMinutes(2));
        assertThat(get(store.merge(token, SessionChanges.none(), HOUR))).isEmpty();
    }

    @Test
    void dropsTheLeastRecentlySavedSession() {
        List<String> tokens = IntStream.range(0, 3).mapToObj(this::create).toList();
        store.update(tokens.get(0), new byte[] {0}, HOUR);

        create(4);

        assertThat(tokens.stream().map(token -> load(token).isPresent())).containsExactly(true, false, true);
    }

    @Test
    void loadingASessionUsesIt() {
        List<String> tokens = IntStream.range(0, 3).mapToObj(this::create).toList();
        load(tokens.get(0));

        create(4);

        assertThat(tokens.stream().map(token -> load(token).isPresent())).containsExactly(true, false, true);
    }

    @Test
    @DisplayName("P3: sessions without a user do not displace those of users")
    void anonymousSessionsDoNotDisplaceUsers() {
        String user = createLogin("ada");

        IntStream.range(0, 1000).forEach(this::create);

        assertThat(load(user)).isPresent();
        assertThat(store.size()).isEqualTo(3);
        assertThat(store.dropped()).isEqualTo(998);
    }

    @Test
    void dropsTheLeastRecentlyUsedUserOnlyIfThereIsNoOtherSession() {
        List<String> users =
                Stream.of("ada", "bob", "eve").map(this::createLogin).toList();
        load(users.get(0));

        String guest = create(1);
        String another = createLogin("joe");

        assertThat(load(guest)).isEmpty();
        assertThat(load(another)).isPresent();
        assertThat(users.stream().map(token -> load(token).isPresent())).containsExactly(true, false, true);
    }

    @Test
    void dropsExpiredSessionsFirst() {
        String shortLived = get(store.create(login("ada"), Duration.ofMinutes(1)));
        String guest = create(1);
        String other = create(2);
        clock.advance(Duration.ofMinutes(1));

        create(3);

        assertThat(load(shortLived)).isEmpty();
        assertThat(load(guest)).isPresent();
        assertThat(load(other)).isPresent();
        assertThat(store.dropped()).isZero();
    }

    @Test
    void sessionOfAUserAfterLogoutIsOrdinary() {
        String token = createLogin("ada");
        get(store.merge(token, SessionChanges.ofClear().withPut("a", JsonNodeFactory.instance.numberNode(1)), HOUR));

        IntStream.range(0, 3).forEach(this::create);

        assertThat(load(token)).isEmpty();
    }

    @Test
    void textThatResemblesALoginIsNone() {
        byte[] text = "{\"note\":\"\\\"channels.user_id\\\":1\",\"map\":{\"channels.user_id\":1}}".getBytes(UTF_8);
        String token = get(store.create(text, HOUR));

        IntStream.range(0, 3).forEach(this::create);

        assertThat(load(token)).isEmpty();
    }

    @Test
    @DisplayName("P3: the memory of all sessions is bounded")
    void bytesAreBounded() {
        InMemorySessionStore small = InMemorySessionStore.of(1000, 100_000, clock);

        List<String> tokens = IntStream.range(0, 100)
                .mapToObj(i -> get(small.create(new byte[10_000], HOUR)))
                .toList();

        assertThat(small.size()).isEqualTo(9);
        assertThat(get(small.load(tokens.get(99)))).isPresent();
    }

    @Test
    void logsOnceThatTheStoreIsFull() {
        try (CapturedLog log = CapturedLog.of("io.channels4j.session")) {
            IntStream.range(0, 10).forEach(this::create);

            assertThat(log.messages(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("session store: full (at most 3 sessions");
        }
    }

    private String createLogin(String user) {
        return get(store.create(login(user), HOUR));
    }

    private static byte[] login(String user) {
        return "{\"channels.user_id\":\"%s\"}".formatted(user).getBytes(UTF_8);
    }

    @Test
    void copiesData() {
        byte[] data = {7};
        String token = get(store.create(data, HOUR));

        data[0] = 8;
        load(token).ifPresent(loaded -> loaded[0] = 9);

        assertThat(load(token)).hasValueSatisfying(loaded -> assertThat(loaded).containsExactly(7));
    }

    @Test
    void tokensAre192RandomBits() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> SessionStore.randomToken()))
                .doesNotHaveDuplicates()
                .allMatch(token -> token.matches("[A-Za-z0-9_-]{32}"));
    }

    @Test
    void rejectsMaximumOfZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InMemorySessionStore.of(0, clock))
                .withMessage("sessions: 0 (expected: 1 or more)");
    }
}
