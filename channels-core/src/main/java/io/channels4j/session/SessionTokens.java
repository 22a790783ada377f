package io.channels4j.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Generates unguessable session tokens, and computes the public ids and expiry times of sessions. */
final class SessionTokens {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 24;

    private SessionTokens() {}

    static String random() {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** Returns an id that does not reveal the token and differs from the hashes that stores use. */
    static String id(String token) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update("channels4j.session.id\n".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the time, in milliseconds, at which a lifetime ends. A lifetime beyond the range of {@code long} never
     * ends.
     */
    static long expiry(long now, Duration lifetime) {
        long left = TimeUnit.MILLISECONDS.convert(lifetime); // saturates
        return left > Long.MAX_VALUE - Math.max(0, now) ? Long.MAX_VALUE : now + left;
    }
}
