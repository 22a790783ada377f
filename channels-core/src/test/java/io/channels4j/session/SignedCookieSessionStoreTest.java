package io.channels4j.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.fixture.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedCookieSessionStoreTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final byte[] DATA = "{\"cart\":3}".getBytes(StandardCharsets.UTF_8);

    private final FakeClock clock = new FakeClock();
    private final byte[] key = key(1);
    private final SignedCookieSessionStore store = SignedCookieSessionStore.of(clock, key);

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    private static String create(SessionStore store) {
        return store.create(DATA, HOUR).toCompletableFuture().join();
    }

    private static Optional<String> load(SessionStore store, String token) {
        return store.load(token).toCompletableFuture().join().map(data -> new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void loadsASignedSession() {
        assertThat(load(store, create(store))).contains("{\"cart\":3}");
    }

    @Test
    void anotherProcessWithTheKeyLoadsTheSession() {
        assertThat(load(SignedCookieSessionStore.of(clock, key), create(store))).isPresent();
    }

    @Test
    void anyChangedCharacterInvalidatesTheToken() {
        String token = create(store);

        int significant = token.length() - 1; // excludes the last character, which has unused bits
        assertThat(IntStream.range(0, significant)
                        .mapToObj(i ->
                                token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1)))
                .hasSize(significant)
                .noneMatch(forged -> load(store, forged).isPresent());
    }

    @Test
    void anotherKeyInvalidatesTheToken() {
        assertThat(load(SignedCookieSessionStore.of(clock, key(2)), create(store)))
                .isEmpty();
    }

    @Test
    void acceptsAFormerKey() {
        SignedCookieSessionStore rotated = SignedCookieSessionStore.of(clock, key(2), key);

        assertThat(load(rotated, create(store))).isPresent();
    }

    @Test
    void signsWithTheFirstKey() {
        SignedCookieSessionStore rotated = SignedCookieSessionStore.of(clock, key(2), key);

        assertThat(load(store, create(rotated))).isEmpty();
    }

    @Test
    void rejectsAnExpiredToken() {
        String token = create(store);

        clock.advance(HOUR);

        assertThat(load(store, token)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a", "a.b", "!.!", "AAAA.", ".AAAA", "ä.ö", "a.b.c"})
    void rejectsAMalformedToken(String token) {
        assertThat(load(store, token)).isEmpty();
    }

    @Test
    void rejectsAHugeToken() {
        assertThat(load(store, "A".repeat(100_000) + ".A")).isEmpty();
    }

    @Test
    void tokenFitsACookie() {
        assertThat(create(store)).matches("[A-Za-z0-9_.-]+");
    }

    @Test
    void rejectsASessionTooLargeForACookie() {
        assertThatThrownBy(() ->
                        store.create(new byte[3000], HOUR).toCompletableFuture().join())
                .hasCauseInstanceOf(ChannelsException.class)
                .hasMessageContaining("(expected: at most 4000; keep less in it, or use a store on the server)");
    }

    @Test
    void rejectsShortKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedCookieSessionStore.of(new byte[31]))
                .withMessage("session key: 31 bytes (expected: at least 32 random bytes)");
    }

    @Test
    void rejectsShortFormerKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> SignedCookieSessionStore.of(key, new byte[0]));
    }

    @Test
    void toStringHidesTheKeys() {
        assertThat(store).hasToString("SignedCookieSessionStore[1 keys]");
    }
}
