package io.channels4j.auth.jwt;

import static io.channels4j.auth.jwt.JwtAlgorithm.ES256;
import static io.channels4j.auth.jwt.JwtAlgorithm.HS256;
import static io.channels4j.auth.jwt.JwtAlgorithm.PS256;
import static io.channels4j.auth.jwt.JwtAlgorithm.RS256;
import static io.channels4j.auth.jwt.JwtAlgorithm.RS512;
import static io.channels4j.auth.jwt.TestIssuer.OTHER_RSA;
import static io.channels4j.auth.jwt.TestIssuer.RSA;
import static io.channels4j.auth.jwt.TestIssuer.claims;
import static io.channels4j.auth.jwt.TestIssuer.encode;
import static io.channels4j.auth.jwt.TestIssuer.sign;
import static io.channels4j.auth.jwt.TestIssuer.token;
import static io.channels4j.auth.jwt.TestIssuer.verify;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.channels4j.fixture.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Tests that forged tokens are rejected (RFC 8725). */
class JwtAttackTest {

    private static final String PAYLOAD = JsonMapper.shared().writeValueAsString(claims());

    private final FakeClock clock = new FakeClock();

    @TempDir
    Path directory;

    private JwtVerifier verifier(String jwks, JwtAlgorithm algorithm, JwtAlgorithm... more) {
        try {
            Path file = Files.writeString(directory.resolve("jwks.json"), jwks);
            return JwtVerifier.builder(JwtKeys.file(file), algorithm, more)
                    .clock(clock)
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JwtVerifier forRsa() {
        return verifier(TestIssuer.jwks(RSA), RS256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "rs256", "RS256 "})
    @DisplayName("a token without a signature, or with an algorithm that is not listed, is rejected")
    void rejectsUnsignedTokens(String alg) {
        String header = "{\"alg\":\"" + alg + "\",\"kid\":\"rsa-1\"}";
        String signature = token().substring(token().lastIndexOf('.') + 1);

        assertThat(verify(forRsa(), encode(header) + "." + encode(PAYLOAD) + "."))
                .isEmpty();
        assertThat(verify(forRsa(), encode(header) + "." + encode(PAYLOAD) + "." + signature))
                .isEmpty();
        assertThat(verify(forRsa(), sign(header, PAYLOAD, RS256, RSA))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"alg\":null}",
                "{\"alg\":[\"RS256\"]}",
                "{\"alg\":256}",
                "{\"alg\":\"RS256\",\"alg\":\"RS256\"}"
            })
    void rejectsAHeaderWithoutOneAlgorithm(String header) {
        assertThat(verify(forRsa(), sign(header, PAYLOAD, RS256, RSA))).isEmpty();
    }

    @Test
    @DisplayName("algorithm confusion: the public RSA key is not accepted as an HMAC secret")
    void rejectsThePublicKeyAsASecret() throws Exception {
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(RSA.toRSAPublicKey().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] der = RSA.toRSAPublicKey().getEncoded();
        byte[] json = RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        for (byte[] secret : new byte[][] {pem, der, json, RSA.getModulus().decode()}) {
            String header = "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}";
            assertThat(verify(forRsa(), sign(header, PAYLOAD, HS256, TestIssuer.secret(secret))))
                    .isEmpty();
            String claimed = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
            assertThat(verify(forRsa(), sign(claimed, PAYLOAD, HS256, TestIssuer.secret(secret))))
                    .isEmpty();
        }
    }

    @Test
    void rejectsAListedAlgorithmOfAnotherTypeOfKey() {
        ECKey ec = TestIssuer.ec("ec-1", Curve.P_256);
        JwtVerifier both = verifier(TestIssuer.jwks(RSA, ec), RS256, ES256);

        assertThat(verify(both, sign("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", PAYLOAD, ES256, ec)))
                .isPresent();
        assertThat(verify(both, sign("{\"alg\":\"RS256\",\"kid\":\"ec-1\"}", PAYLOAD, ES256, ec)))
                .isEmpty();
        assertThat(verify(both, sign("{\"alg\":\"ES256\",\"kid\":\"rsa-1\"}", PAYLOAD, RS256, RSA)))
                .isEmpty();
    }

    @Test
    void rejectsAnAlgorithmThatIsNotListed() {
        assertThat(verify(forRsa(), token(claims(), RS512, RSA))).isEmpty();
        assertThat(verify(forRsa(), token(claims(), PS256, RSA))).isEmpty();
    }

    @Test
    void rejectsAnAlgorithmThatTheKeyIsNotFor() {
        RSAKey only = new RSAKey.Builder(RSA).algorithm(JWSAlgorithm.RS256).build();
        JwtVerifier verifier = verifier(TestIssuer.jwks(only), RS256, RS512);

        assertThat(verify(verifier, token(claims(), RS256, RSA))).isPresent();
        assertThat(verify(verifier, token(claims(), RS512, RSA))).isEmpty();
    }

    @Test
    void rejectsTheSignatureOfAnotherKey() {
        assertThat(verify(forRsa(), sign("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", PAYLOAD, RS256, OTHER_RSA)))
                .isEmpty();
        assertThat(verify(forRsa(), sign("{\"alg\":\"RS256\"}", PAYLOAD, RS256, OTHER_RSA)))
                .isEmpty();
    }

    @Test
    @DisplayName("keys and addresses of keys in the header are ignored")
    void ignoresKeysInTheHeader() throws Exception {
        String embedded = OTHER_RSA.toPublicJWK().toJSONString();
        for (String extra : new String[] {
            "\"jwk\":" + embedded,
            "\"jku\":\"http://127.0.0.1:1/jwks.json\"",
            "\"x5u\":\"http://127.0.0.1:1/cert.pem\"",
            "\"x5c\":[\"" + Base64.getEncoder().encodeToString(new byte[300]) + "\"]"
        }) {
            String forged = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"," + extra + "}";
            assertThat(verify(forRsa(), sign(forged, PAYLOAD, RS256, OTHER_RSA)))
                    .as(extra)
                    .isEmpty();
            assertThat(verify(forRsa(), sign(forged, PAYLOAD, RS256, RSA)))
                    .as("a valid token with %s", extra)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"crit\":[\"b64\"],\"b64\":false",
                "\"crit\":[\"exp\"]",
                "\"crit\":[]",
                "\"typ\":\"dpop+jwt\"",
                "\"typ\":1"
            })
    void rejectsCriticalExtensionsAndOtherTypes(String extra) {
        assertThat(verify(forRsa(), sign("{\"alg\":\"RS256\"," + extra + "}", PAYLOAD, RS256, RSA)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "jwt", "application/at+jwt"})
    void acceptsTypesOfAccessTokens(String type) {
        assertThat(verify(forRsa(), sign("{\"alg\":\"RS256\",\"typ\":\"" + type + "\"}", PAYLOAD, RS256, RSA)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "nbf"})
    void rejectsTimesThatAreNotSeconds(String claim) {
        for (String value : new String[] {"\"600\"", "null", "true", "[600]", "-1", "1e400", "99999999999999999999"}) {
            String payload = "{\"sub\":\"1\",\"exp\":600,\"%s\":%s}".formatted(claim, value);
            String once = claim.equals("exp") ? "{\"sub\":\"1\",\"exp\":%s}".formatted(value) : payload;
            assertThat(verify(forRsa(), sign("{\"alg\":\"RS256\"}", once, RS256, RSA)))
                    .as(once)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"text\"",
                "",
                "{",
                "{\"sub\":\"1\",\"exp\":600} {}",
                "{\"sub\":\"1\",\"sub\":\"2\",\"exp\":600}"
            })
    void rejectsASignedPayloadThatIsNotOneObject(String payload) {
        assertThat(verify(forRsa(), sign("{\"alg\":\"RS256\"}", payload, RS256, RSA)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "...",
                "a",
                "a.b",
                "a.b.c",
                "a.b.c.d",
                "e30.e30.e30",
                "e30=.e30.e30",
                "\u0000.\u0000.\u0000",
                "ä.ö.ü",
                "e3\n0.e30.e30"
            })
    void rejectsGarbage(String garbage) {
        assertThat(verify(forRsa(), garbage)).isEmpty();
    }

    @Test
    @DisplayName("P7: no change to a valid token causes a failure, and none is accepted")
    void changedTokensAreRejected() {
        JwtVerifier verifier = forRsa();
        String valid = token();
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            int at = random.nextInt(valid.length());
            char changed = (char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : 32 + random.nextInt(95));
            String token = valid.substring(0, at) + changed + valid.substring(at + (random.nextBoolean() ? 1 : 0));
            boolean sameBytes = isTheSame(token, valid);
            assertThat(verify(verifier, token).isPresent()).as(token).isEqualTo(sameBytes);
        }
    }

    /** The last character of the signature has unused bits. */
    private static boolean isTheSame(String token, String valid) {
        int last = valid.lastIndexOf('.') + 1;
        try {
            return token.startsWith(valid.substring(0, last))
                    && token.lastIndexOf('.') + 1 == last
                    && Arrays.equals(
                            Base64.getUrlDecoder().decode(token.substring(last)),
                            Base64.getUrlDecoder().decode(valid.substring(last)));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    @Test
    @DisplayName("P3: a token beyond the maximum length is rejected before it is parsed")
    void rejectsOversizedTokens() {
        JwtVerifier verifier = forRsa();
        String padded = token("padding", "x".repeat(8192));

        assertThat(verify(verifier, padded)).isEmpty();
        assertThat(verify(verifier, "e30.".repeat(1_000_000))).isEmpty();
        assertThat(verify(verifier, encode("[".repeat(5_000)) + ".e30.e30")).isEmpty();
    }

    @Test
    void canAcceptLongerTokens() throws IOException {
        Path file = Files.writeString(directory.resolve("jwks.json"), TestIssuer.jwks(RSA));
        JwtVerifier verifier = JwtVerifier.builder(JwtKeys.file(file), RS256)
                .clock(clock)
                .maxTokenLength(20_000)
                .build();

        assertThat(verify(verifier, token("padding", "x".repeat(8192)))).isPresent();
    }

    @Test
    void ignoresKeysThatAreNotForSignatures() {
        RSAKey encryption = new RSAKey.Builder(RSA).keyUse(KeyUse.ENCRYPTION).build();
        JWK weak = TestIssuer.rsa("weak", 1024);
        JwtVerifier verifier = verifier(TestIssuer.jwks(encryption, weak, OTHER_RSA), RS256);

        assertThat(verify(verifier, token())).isEmpty();
        assertThat(verify(verifier, sign("{\"alg\":\"RS256\",\"kid\":\"weak\"}", PAYLOAD, RS256, weak)))
                .isEmpty();
        assertThat(verify(verifier, token(claims(), RS256, OTHER_RSA))).isPresent();
    }

    @Test
    void usesAKeySetWithUnknownAndMalformedKeys() {
        String jwks = """
            {"keys": [{"kty":"OKP","crv":"Ed25519","x":"AA"}, {"kty":"future"}, 7, {"kty":"RSA","n":"!","e":"AQAB"},
              {"kty":"EC","crv":"P-256","x":"AA","y":"AA"}, {"kty":"oct","k":"AAAA"}, %s]}
            """.formatted(RSA.toPublicJWK().toJSONString());

        assertThat(verify(verifier(jwks, RS256, ES256), token())).isPresent();
    }
}
