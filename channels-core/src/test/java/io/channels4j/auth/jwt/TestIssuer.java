package io.channels4j.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.channels4j.User;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** Issues tokens for tests. */
final class TestIssuer {

    static final Instant NOW = Instant.EPOCH;
    static final byte[] SECRET =
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final RSAKey RSA = rsa("rsa-1", 2048);
    static final RSAKey OTHER_RSA = rsa("rsa-2", 2048);

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private TestIssuer() {}

    static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(String id, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a public key set, as an issuer publishes it. */
    static String jwks(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    /** Returns the claims of a valid token with changes. A change to null removes the claim. */
    static Map<String, Object> claims(Object... changes) {
        Map<String, Object> claims = new TreeMap<>(
                Map.of("sub", "1", "name", "ada", "exp", NOW.getEpochSecond() + 600, "iat", NOW.getEpochSecond()));
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1] == null) {
                claims.remove((String) changes[i]);
            } else {
                claims.put((String) changes[i], changes[i + 1]);
            }
        }
        return claims;
    }

    static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Signs any header and payload. The header may contradict the algorithm of the signature. */
    static String sign(String headerJson, String payload, JwtAlgorithm signature, JWK key) {
        String signed = encode(headerJson) + "." + encode(payload);
        try {
            JWSHeader header = new JWSHeader(JWSAlgorithm.parse(signature.name()));
            return signed + "." + signer(key).sign(header, signed.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        if (key instanceof RSAKey rsa) {
            return new RSASSASigner(rsa, Set.of(AllowWeakRSAKey.getInstance()));
        }
        return key instanceof ECKey ec ? new ECDSASigner(ec) : new MACSigner((OctetSequenceKey) key);
    }

    static JWK secret(byte[] secret) {
        return new OctetSequenceKey.Builder(secret).build();
    }

    static String token(Map<String, Object> claims, JwtAlgorithm algorithm, JWK key) {
        String kid = key.getKeyID() == null ? "" : ",\"kid\":\"%s\"".formatted(key.getKeyID());
        return sign("{\"alg\":\"%s\"%s}".formatted(algorithm, kid), MAPPER.writeValueAsString(claims), algorithm, key);
    }

    /** Returns a token with the RSA key. */
    static String token(Object... changes) {
        return token(claims(changes), JwtAlgorithm.RS256, RSA);
    }

    /** Returns the user of a token, or empty if it is rejected. */
    static Optional<User> verify(JwtVerifier verifier, String token) {
        try {
            return verifier.verify(token).toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
