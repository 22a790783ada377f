package io.channels4j.auth.jwt;

import static io.channels4j.auth.jwt.JwtAlgorithm.RS256;
import static io.channels4j.auth.jwt.TestIssuer.OTHER_RSA;
import static io.channels4j.auth.jwt.TestIssuer.RSA;
import static io.channels4j.auth.jwt.TestIssuer.claims;
import static io.channels4j.auth.jwt.TestIssuer.jwks;
import static io.channels4j.auth.jwt.TestIssuer.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.RSAKey;
import io.channels4j.ChannelsException;
import io.channels4j.User;
import io.channels4j.fixture.FakeClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the public keys of a URL, with a real HTTP server, and of a file. */
class JwksTest {

    private static final JwksSettings SETTINGS = JwksSettings.defaults().withTimeout(Duration.ofSeconds(30));
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final FakeClock clock = new FakeClock();
    private final JwksServer server = new JwksServer(jwks(RSA));
    private final JwtVerifier verifier = verifier(SETTINGS);

    @AfterEach
    void stopServer() {
        server.close();
    }

    private JwtVerifier verifier(JwksSettings settings) {
        return verifier(JwtKeys.url(server.url(), settings));
    }

    private JwtVerifier verifier(JwtKeys keys) {
        return JwtVerifier.builder(keys, RS256).clock(clock).build();
    }

    private String token(RSAKey key) {
        return TestIssuer.token(claims("exp", clock.instant().getEpochSecond() + 60), RS256, key);
    }

    private CompletableFuture<Optional<User>> verifying(JwtVerifier by, RSAKey key) {
        return by.verify(token(key)).toCompletableFuture();
    }

    private void assertUnavailable(JwtVerifier by, RSAKey key) {
        assertThat(verifying(by, key))
                .failsWithin(WAIT)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ChannelsException.class)
                .withMessageContaining(
                        "JWT keys: %s could not be read; tokens cannot be verified".formatted(server.url()));
    }

    @Test
    void readsTheKeysOnce() {
        for (int i = 0; i < 10; i++) {
            assertThat(verify(verifier, token(RSA))).isPresent();
        }

        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void concurrentTokensShareOneRead() {
        server.gate = new CountDownLatch(1);
        List<CompletableFuture<Optional<User>>> verifying = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            verifying.add(verifying(verifier, RSA)); // returns although the server does not answer
        }
        assertThat(verifying).noneMatch(CompletableFuture::isDone);

        server.gate.countDown();

        assertThat(verifying)
                .allSatisfy(user -> assertThat(user).succeedsWithin(WAIT).matches(Optional::isPresent));
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    @DisplayName("a rotated key is accepted without a restart, and the old one no longer")
    void acceptsARotatedKey() {
        assertThat(verify(verifier, token(RSA))).isPresent();
        server.jwks = jwks(OTHER_RSA);
        clock.advance(SETTINGS.minRefreshInterval());

        assertThat(verify(verifier, token(OTHER_RSA))).isPresent();
        assertThat(verify(verifier, token(RSA))).isEmpty();
    }

    @Test
    @DisplayName("tokens with unknown keys are rejected, and cause at most one read per interval")
    void limitsReadsForUnknownKeys() {
        assertThat(verify(verifier, token(RSA))).isPresent();
        for (int i = 0; i < 20; i++) {
            assertThat(verify(verifier, token(OTHER_RSA))).isEmpty();
        }
        assertThat(server.requests()).isEqualTo(1);

        clock.advance(SETTINGS.minRefreshInterval());
        for (int i = 0; i < 20; i++) {
            assertThat(verify(verifier, token(OTHER_RSA))).isEmpty();
        }

        assertThat(server.requests()).isEqualTo(2);
        assertThat(verify(verifier, token(RSA))).isPresent();
    }

    @Test
    void oldKeysAreReadAgainInTheBackground() {
        assertThat(verify(verifier, token(RSA))).isPresent();
        server.gate = new CountDownLatch(1);
        server.jwks = jwks(OTHER_RSA);
        clock.advance(SETTINGS.refreshAfter());

        assertThat(verifying(verifier, RSA)).isCompletedWithValueMatching(Optional::isPresent);
        server.gate.countDown();

        await().atMost(WAIT).until(() -> verify(verifier, token(RSA)).isEmpty());
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    @DisplayName("an outage of the server does not affect known keys, for a limited time")
    void survivesAnOutage() {
        assertThat(verify(verifier, token(RSA))).isPresent();
        server.status = 503;
        clock.advance(SETTINGS.refreshAfter().plus(SETTINGS.keepDuringOutage()));
        assertThat(verify(verifier, token(RSA))).isPresent();
        await().atMost(WAIT).until(() -> server.requests() == 2);

        clock.advance(Duration.ofSeconds(1));
        assertUnavailable(verifier, RSA);

        server.status = 200;
        clock.advance(SETTINGS.minRefreshInterval());
        assertThat(verify(verifier, token(RSA))).isPresent();
    }

    @Test
    void unknownKeysAreRejectedDuringAnOutage() {
        assertThat(verify(verifier, token(RSA))).isPresent();
        server.close();
        clock.advance(SETTINGS.minRefreshInterval());

        assertThat(verify(verifier, token(OTHER_RSA))).isEmpty();
        assertThat(verify(verifier, token(RSA))).isPresent();
    }

    @Test
    void verificationFailsWhileKeysHaveNeverBeenRead() {
        server.status = 500;
        assertUnavailable(verifier, RSA);
        assertUnavailable(verifier, RSA);
        assertThat(server.requests()).as("reads before the retry").isEqualTo(1);

        server.status = 200;
        clock.advance(Duration.ofSeconds(1));

        assertThat(verify(verifier, token(RSA))).isPresent();
    }

    @Test
    @DisplayName("P3: a server that does not answer, or never stops to answer, is given up")
    void limitsTheTimeOfARead() {
        server.gate = new CountDownLatch(1);
        JwksSettings quick = SETTINGS.withTimeout(Duration.ofMillis(200));
        assertUnavailable(verifier(quick), RSA);

        server.gate.countDown();
        server.endless = true;
        server.jwks = " ";
        assertUnavailable(verifier(quick.withMaxBytes(Integer.MAX_VALUE)), RSA);
    }

    @Test
    @DisplayName("P3: a key set beyond the maximum size is rejected")
    void limitsTheSizeOfTheKeySet() {
        server.endless = true;
        assertUnavailable(verifier, RSA);

        server.endless = false;
        int size = server.jwks.length();
        assertUnavailable(verifier(SETTINGS.withMaxBytes(size - 1)), RSA);
        assertThat(verify(verifier(SETTINGS.withMaxBytes(size)), token(RSA))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 204, 404})
    void acceptsOnlyStatus200(int status) {
        server.status = status;

        assertUnavailable(verifier, RSA);
        assertThat(server.requests()).as("redirects are not followed").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"keys\":[]}", "{\"keys\":7}", "<html></html>"})
    void keepsTheKeysIfTheKeySetIsInvalid(String invalid) {
        assertThat(verify(verifier, token(RSA))).isPresent();
        server.jwks = invalid;
        clock.advance(SETTINGS.minRefreshInterval());

        assertThat(verify(verifier, token(OTHER_RSA))).isEmpty();
        assertThat(verify(verifier, token(RSA))).isPresent();
        assertUnavailable(verifier(SETTINGS), RSA);
    }

    @Test
    void readsAgainAfterTheClockWasSetBack() {
        clock.advance(Duration.ofDays(1));
        assertThat(verify(verifier, token(RSA))).isPresent();
        server.jwks = jwks(OTHER_RSA);
        clock.advance(Duration.ofDays(-1));

        assertThat(verify(verifier, token(OTHER_RSA))).isPresent();
    }

    @Test
    @DisplayName("a key set in a file can be rotated")
    void rotatesTheKeysOfAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("jwks.json"), jwks(RSA));
        JwtVerifier byFile = verifier(JwtKeys.file(file));
        assertThat(verify(byFile, token(RSA))).isPresent();
        Files.writeString(file, jwks(OTHER_RSA));
        clock.advance(SETTINGS.minRefreshInterval());

        assertThat(verify(byFile, token(OTHER_RSA))).isPresent();

        Files.delete(file);
        clock.advance(SETTINGS.minRefreshInterval());
        assertThat(verify(byFile, token(RSA))).isEmpty();
        assertThat(verify(byFile, token(OTHER_RSA))).isPresent();
    }

    @Test
    void limitsTheSizeOfAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("jwks.json"), jwks(RSA));

        assertThat(verifying(verifier(JwtKeys.file(file, SETTINGS.withMaxBytes(10))), RSA))
                .failsWithin(WAIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/keys", "jwks.json", "https://user:password@example.com/", "https:///jwks.json"})
    void rejectsUrlsThatAreNotHttp(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtKeys.url(URI.create(url)))
                .withMessage("JWKS URL: %s (expected: https:// and a host, without a user)", url);
    }
}
