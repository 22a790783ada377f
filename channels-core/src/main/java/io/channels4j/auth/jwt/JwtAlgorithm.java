package io.channels4j.auth.jwt;

/** The signature algorithms that {@link JwtVerifier} supports (RFC 7518 §3.1). Unsigned tokens are never accepted. */
public enum JwtAlgorithm {
    /** HMAC with SHA-256. The secret must have at least 32 bytes. */
    HS256(Family.SECRET, 32),
    /** HMAC with SHA-384. The secret must have at least 48 bytes. */
    HS384(Family.SECRET, 48),
    /** HMAC with SHA-512. The secret must have at least 64 bytes. */
    HS512(Family.SECRET, 64),
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256(Family.RSA, 256),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384(Family.RSA, 256),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512(Family.RSA, 256),
    /** RSASSA-PSS with SHA-256. */
    PS256(Family.RSA, 256),
    /** RSASSA-PSS with SHA-384. */
    PS384(Family.RSA, 256),
    /** RSASSA-PSS with SHA-512. */
    PS512(Family.RSA, 256),
    /** ECDSA on the curve P-256 with SHA-256. */
    ES256(Family.EC, 32),
    /** ECDSA on the curve P-384 with SHA-384. */
    ES384(Family.EC, 48),
    /** ECDSA on the curve P-521 with SHA-512. */
    ES512(Family.EC, 66);

    private final Family family;
    private final int minKeyBytes;

    /** The types of keys. */
    enum Family {
        SECRET,
        RSA,
        EC
    }

    JwtAlgorithm(Family family, int minKeyBytes) {
        this.family = family;
        this.minKeyBytes = minKeyBytes;
    }

    Family family() {
        return family;
    }

    /** Returns the minimum size of a key, in bytes. The size of a key of an elliptic curve is exact. */
    int minKeyBytes() {
        return minKeyBytes;
    }
}
