package io.channels4j.auth.jwt;

import static io.channels4j.auth.jwt.JwtAlgorithm.ES256;
import static io.channels4j.auth.jwt.JwtAlgorithm.HS256;
import static io.channels4j.auth.jwt.JwtAlgorithm.HS512;
import static io.channels4j.auth.jwt.JwtAlgorithm.RS256;
import static io.channels4j.auth.jwt.TestIssuer.NOW;
import static io.channels4j.auth.jwt.TestIssuer.RSA;
import static io.channels4j.auth.jwt.TestIssuer.SECRET;
import static io.channels4j.auth.jwt.TestIssuer.claims;
import static io.channels4j.auth.jwt.TestIssuer.token;
import static io.channels4j.auth.jwt.TestIssuer.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import io.channels4j.ChannelsException;
import io.channels4j.User;
import io.channels4j.auth.UserStore;
import io.channels4j.fixture.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which tokens are accepted, and the user of an accepted one. */
class JwtVerifierTest {

    record Account(String id, String name, String tenant) implements User {}

    private final FakeClock clock = new FakeClock();

    @TempDir
    Path directory;

    private JwtVerifier.Builder forKeys(JwtAlgorithm algorithm, JWK... keys) {
        return JwtVerifier.builder(JwtKeys.file(write(TestIssuer.jwks(keys))), algorithm)
                .clock(clock);
    }

    private JwtVerifier.Builder forRsa() {
        return forKeys(RS256, RSA);
    }

    private Path write(String jwks) {
        try {
            return Files.writeString(directory.resolve("jwks.json"), jwks);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsEveryListedAlgorithm(JwtAlgorithm algorithm) {
        JWK key = switch (algorithm) {
            case HS256, HS384, HS512 -> TestIssuer.secret(SECRET);
            case ES256 -> TestIssuer.ec("ec", Curve.P_256);
            case ES384 -> TestIssuer.ec("ec", Curve.P_384);
            case ES512 -> TestIssuer.ec("ec", Curve.P_521);
            default -> RSA;
        };
        JwtVerifier verifier = algorithm.name().startsWith("HS")
                ? JwtVerifier.builder(JwtKeys.secret(SECRET), algorithm)
                        .clock(clock)
                        .build()
                : forKeys(algorithm, key).build();

        assertThat(verify(verifier, token(claims(), algorithm, key)))
                .map(User::id)
                .contains("1");
    }

    @Test
    void userHasTheIdAndNameOfTheToken() {
        User user = verify(forRsa().build(), token()).orElseThrow();

        assertThat(user.id()).isEqualTo("1");
        assertThat(user.name()).isEqualTo("ada");
        assertThat(user.authenticated()).isTrue();
    }

    @Test
    void userExpiresWithTheTokenAndTheClockSkew() {
        User user = verify(forRsa().clockSkew(Duration.ofSeconds(5)).build(), token())
                .orElseThrow();

        assertThat(user.expiresAt()).contains(NOW.plusSeconds(605));
    }

    @ParameterizedTest
    @CsvSource({"605, false", "604, true"})
    void acceptsATokenUntilItsExpiryAndTheClockSkew(long seconds, boolean accepted) {
        JwtVerifier verifier = forRsa().clockSkew(Duration.ofSeconds(5)).build();
        clock.advance(Duration.ofSeconds(seconds));

        assertThat(verify(verifier, token()).isPresent()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"94, false", "95, true"})
    void rejectsATokenBeforeItsStart(long seconds, boolean accepted) {
        JwtVerifier verifier = forRsa().clockSkew(Duration.ofSeconds(5)).build();
        clock.advance(Duration.ofSeconds(seconds));

        assertThat(verify(verifier, token("nbf", 100)).isPresent()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"https://issuer, true", "https://issuer/, false", "https://other, false", ", false"})
    void checksTheIssuer(String issuer, boolean accepted) {
        JwtVerifier verifier = forRsa().issuer("https://issuer").build();

        assertThat(verify(verifier, token("iss", issuer)).isPresent()).isEqualTo(accepted);
    }

    @Test
    void checksTheAudience() {
        JwtVerifier verifier = forRsa().audience("chat", "chat-v2").build();

        assertThat(verify(verifier, token("aud", "chat"))).isPresent();
        assertThat(verify(verifier, token("aud", List.of("other", "chat-v2")))).isPresent();
        assertThat(verify(verifier, token("aud", "other"))).isEmpty();
        assertThat(verify(verifier, token("aud", List.of()))).isEmpty();
        assertThat(verify(verifier, token("aud", Map.of("chat", "chat"))))
                .as("a map with the value")
                .isEmpty();
        assertThat(verify(verifier, token())).as("no audience").isEmpty();
    }

    @Test
    void rejectsATokenForAnyAudienceIfNoneIsConfigured() {
        assertThat(verify(forRsa().build(), token("aud", "other"))).isEmpty();
    }

    @Test
    void rejectsATokenWithoutARequiredClaim() {
        JwtVerifier verifier = forRsa().requiredClaims("tenant").build();

        assertThat(verify(verifier, token("tenant", "acme"))).isPresent();
        assertThat(verify(verifier, token())).isEmpty();
    }

    @Test
    void requiresAnExpiryAndASubject() {
        JwtVerifier verifier = forRsa().build();

        assertThat(verify(verifier, token("exp", null))).isEmpty();
        assertThat(verify(verifier, token("sub", null))).isEmpty();
        assertThat(verify(verifier, token("sub", ""))).isEmpty();
        assertThat(verify(verifier, token("sub", 1))).isEmpty();
    }

    @Test
    void canAcceptATokenWithoutAnExpiry() {
        JwtVerifier verifier = forRsa().optionalExpiry().build();

        assertThat(verify(verifier, token("exp", null)).orElseThrow().expiresAt())
                .isEmpty();
        clock.advance(Duration.ofDays(1));
        assertThat(verify(verifier, token())).as("an expiry that is present").isEmpty();
    }

    @Test
    void createsTheUserOfTheApplicationFromTheClaims() {
        JwtVerifier verifier = forRsa().user(claims -> new Account(
                        claims.path("sub").asString(),
                        claims.path("name").asString(),
                        claims.path("tenant").asString()))
                .build();

        User user = verify(verifier, token("tenant", "acme")).orElseThrow();

        assertThat(user.id()).isEqualTo("1");
        assertThat(user.expiresAt()).contains(NOW.plusSeconds(660));
    }

    @Test
    void loadsTheUserOfTheApplicationByTheSubject() {
        UserStore store = id -> CompletableFuture.completedFuture(
                id.equals("1") ? Optional.of(new Account("1", "ada", "acme")) : Optional.empty());
        JwtVerifier verifier = forRsa().users(store).build();

        assertThat(verify(verifier, token()).map(User::name)).contains("ada");
        assertThat(verify(verifier, token("sub", "2"))).isEmpty();
    }

    @Test
    void acceptsTokensOfAnEarlierSecret() {
        byte[] current = "another secret with at least 32 bytes".getBytes(StandardCharsets.US_ASCII);
        JwtVerifier verifier = JwtVerifier.builder(JwtKeys.secret(current, SECRET), HS256)
                .clock(clock)
                .build();

        assertThat(verify(verifier, token(claims(), HS256, TestIssuer.secret(SECRET))))
                .isPresent();
        assertThat(verify(verifier, token(claims(), HS256, TestIssuer.secret(current))))
                .isPresent();
    }

    @Test
    void rejectsAShortSecret() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtKeys.secret(new byte[31]))
                .withMessage("secret for HS256: 31 bytes (expected: at least 32 random bytes)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtVerifier.builder(JwtKeys.secret(new byte[32]), HS512))
                .withMessage("secret for HS512: 32 bytes (expected: at least 64 random bytes)");
    }

    @Test
    void rejectsAnAlgorithmThatDoesNotFitTheKeys() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtVerifier.builder(JwtKeys.file(directory), RS256, HS256))
                .withMessage("algorithm: HS256 (expected: one for public keys, such as RS256)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtVerifier.builder(JwtKeys.secret(SECRET), ES256))
                .withMessage("algorithm: ES256 (expected: one for a secret, such as HS256)");
    }

    @Test
    void reportsMissingNimbus() {
        ClassLoader without = new ClassLoader(null) {};

        assertThatThrownBy(() -> JwtVerifier.requireNimbus(without))
                .isInstanceOf(ChannelsException.class)
                .hasMessage(
                        "JwtVerifier: Nimbus JOSE is missing (expected: com.nimbusds:nimbus-jose-jwt on the class path"
                                + " or module path)");
    }
}
