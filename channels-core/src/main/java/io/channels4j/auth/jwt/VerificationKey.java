package io.channels4j.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key, and the algorithms that it may be used with.
 *
 * <p>Nimbus receives a header that contains only the algorithm. Keys and addresses of keys in a token's header are
 * therefore never used.
 *
 * @param id the key's id; null if it has none
 */
record VerificationKey(@Nullable String id, Set<JwtAlgorithm> algorithms, JWSVerifier verifier) {

    boolean fits(JwtAlgorithm algorithm, @Nullable String keyId) {
        return algorithms.contains(algorithm) && (keyId == null || keyId.equals(id));
    }

    /** Returns true if the token was signed with this key. */
    boolean verifies(SignedToken token) {
        if (!algorithms.contains(token.algorithm())) {
            return false;
        }
        JWSHeader header = new JWSHeader(JWSAlgorithm.parse(token.algorithm().name()));
        try {
            return verifier.verify(header, token.signedBytes(), Base64URL.encode(token.signature()));
        } catch (JOSEException | RuntimeException malformedSignature) {
            return false;
        }
    }
}
