package io.channels4j.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.channels4j.auth.jwt.JwtAlgorithm.Family;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Reads public keys from a JSON Web Key Set (RFC 7517). Keys for encryption, keys of unsupported types, malformed keys and RSA keys of less
 * than 2048 bits are skipped. Secrets and private parts of keys are never read.
 */
final class KeySetParser {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");
    private static final int MAX_KEYS = 64;
    private static final int MAX_RSA_BYTES = 1024;
    private static final Map<String, JwtAlgorithm> BY_CURVE =
            Map.of("P-256", JwtAlgorithm.ES256, "P-384", JwtAlgorithm.ES384, "P-521", JwtAlgorithm.ES512);

    private KeySetParser() {}

    /** Returns the keys of a set, at most 64. Fails if the text is not a key set. */
    static List<VerificationKey> parse(byte[] json) throws InvalidTokenException {
        JsonNode keys = TokenJson.parse(json, "key set").path("keys");
        if (!keys.isArray()) {
            throw new InvalidTokenException("key set: no list of keys (expected: {\"keys\": [..]})");
        }
        List<VerificationKey> usable = new ArrayList<>();
        int skipped = 0;
        for (JsonNode key : keys) {
            Optional<VerificationKey> parsed = usable.size() < MAX_KEYS ? parse(key) : Optional.empty();
            parsed.ifPresent(usable::add);
            skipped += parsed.isEmpty() ? 1 : 0;
        }
        LOG.debug("key set: {} keys are used, {} are skipped", usable.size(), skipped);
        return List.copyOf(usable);
    }

    private static Optional<VerificationKey> parse(JsonNode key) {
        Set<JwtAlgorithm> algorithms = algorithms(key);
        if (algorithms.isEmpty() || !isForSignatures(key)) {
            return Optional.empty();
        }
        String id = key.path("kid").isString() ? key.path("kid").stringValue() : null;
        try {
            return Optional.of(new VerificationKey(id, algorithms, verifier(key, algorithms)));
        } catch (JOSEException | RuntimeException malformed) {
            LOG.debug("key set: a key is skipped: {}", malformed.toString());
            return Optional.empty();
        }
    }

    private static JWSVerifier verifier(JsonNode key, Set<JwtAlgorithm> algorithms) throws JOSEException {
        if (algorithms.stream().anyMatch(algorithm -> algorithm.family() == Family.RSA)) {
            RSAKey rsa = new RSAKey.Builder(part(key, "n"), part(key, "e")).build();
            int bytes = rsa.size() / Byte.SIZE;
            if (bytes < JwtAlgorithm.RS256.minKeyBytes() || bytes > MAX_RSA_BYTES) {
                throw new IllegalArgumentException("RSA key: %d bits (expected: 2048-8192)".formatted(rsa.size()));
            }
            return new RSASSAVerifier(rsa);
        }
        Curve curve = Curve.parse(key.path("crv").asString(""));
        return new ECDSAVerifier(new ECKey.Builder(curve, part(key, "x"), part(key, "y")).build());
    }

    private static Base64URL part(JsonNode key, String name) {
        return new Base64URL(key.path(name).asString(""));
    }

    /** Returns the algorithms that fit the type of a key and its own restriction. */
    private static Set<JwtAlgorithm> algorithms(JsonNode key) {
        Set<JwtAlgorithm> algorithms = EnumSet.noneOf(JwtAlgorithm.class);
        switch (key.path("kty").asString("").toUpperCase(Locale.ROOT)) {
            case "RSA" ->
                Stream.of(JwtAlgorithm.values())
                        .filter(algorithm -> algorithm.family() == Family.RSA)
                        .forEach(algorithms::add);
            case "EC" ->
                Optional.ofNullable(BY_CURVE.get(key.path("crv").asString(""))).ifPresent(algorithms::add);
            default -> {} // a secret, or a type that is not supported
        }
        JsonNode only = key.path("alg");
        algorithms.removeIf(
                algorithm -> !only.isMissingNode() && !only.asString("").equals(algorithm.name()));
        return algorithms;
    }

    private static boolean isForSignatures(JsonNode key) {
        JsonNode use = key.path("use");
        JsonNode operations = key.path("key_ops");
        boolean verifies = operations.isMissingNode()
                || operations.valueStream().anyMatch(it -> it.asString("").equals("verify"));
        return verifies && (use.isMissingNode() || use.asString("").equals("sig"));
    }

    /** Returns a key for a shared secret. */
    static VerificationKey ofSecret(byte[] secret) {
        Set<JwtAlgorithm> algorithms = EnumSet.noneOf(JwtAlgorithm.class);
        for (JwtAlgorithm algorithm : JwtAlgorithm.values()) {
            if (algorithm.family() == Family.SECRET && secret.length >= algorithm.minKeyBytes()) {
                algorithms.add(algorithm);
            }
        }
        try {
            return new VerificationKey(null, algorithms, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("secret: not accepted by Nimbus JOSE", e);
        }
    }
}
