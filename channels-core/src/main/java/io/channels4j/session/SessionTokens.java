package io.channels4j.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Generates random tokens that cannot be guessed, and their expiry. */
final class SessionTokens {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 24;

    private SessionTokens() {}

    static String random() {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** Returns the time, in milliseconds, at which a lifetime ends; lifetimes beyond the range of time never end. */
    static long expiry(long now, Duration lifetime) {
        long left = TimeUnit.MILLISECONDS.convert(lifetime); // saturates
        return left > Long.MAX_VALUE - Math.max(0, now) ? Long.MAX_VALUE : now + left;
    }
}
