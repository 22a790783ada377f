package io.channels4j.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.fixture.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
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
