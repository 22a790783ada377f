package io.channels4j.session;

import java.security.SecureRandom;
import java.util.Base64;

/** Generates random tokens that cannot be guessed. */
final class SessionTokens {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 24;

    private SessionTokens() {}

    static String random() {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
