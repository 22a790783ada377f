package io.channels4j.security;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.middleware.Cookie;
import io.channels4j.middleware.CookieMiddleware;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The secret in a client's CSRF cookie, and the tokens that are derived from it. A page on another site cannot read the
 * cookie. With the prefix {@code __Host-}, it cannot set the cookie, either. Each token is the secret masked with
 * random bytes. Compressed responses therefore do not reveal the secret (the BREACH attack).
 */
final class CsrfToken {

    private static final String NAME = "csrftoken";
    private static final String ENCRYPTED_NAME = "__Host-" + NAME;
    private static final Duration LIFETIME = Duration.ofDays(365);
    private static final int BYTES = 24;
    private static final int MAX_CHARACTERS = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    private CsrfToken() {}

    /** Returns a new token for the client's secret. A client without a secret receives one with the response. */
    static String of(Scope scope) {
        byte[] current = current(scope);
        byte[] secret = current == null ? create(scope) : current;
        byte[] masked = new byte[2 * secret.length];
        byte[] mask = random(secret.length);
        System.arraycopy(mask, 0, masked, 0, mask.length);
        System.arraycopy(xor(secret, mask, 0), 0, masked, mask.length, secret.length);
        return encode(masked);
    }

    /**
     * Returns true if a text is a token for the secret in the request. Takes the same time for every wrong token of the
     * right length.
     */
    static boolean matches(Scope scope, String text) {
        byte[] secret = sent(scope);
        byte[] masked = text.length() > MAX_CHARACTERS ? new byte[0] : decode(text);
        if (secret == null || masked.length != 2 * BYTES) {
            return false;
        }
        byte[] mask = new byte[BYTES];
        System.arraycopy(masked, 0, mask, 0, BYTES);
        return MessageDigest.isEqual(secret, xor(mask, masked, BYTES));
    }

    /** Replaces the client's secret. Has no effect if the client has none. */
    static void rotate(Scope scope) {
        if (current(scope) != null) {
            create(scope);
        }
    }

    /** Returns the secret that the response sets, otherwise the one that the client sent, otherwise null. */
    private static byte @Nullable [] current(Scope scope) {
        Optional<Cookie> set = CookieMiddleware.pending(scope, name(scope));
        return set.isPresent() ? decode(set.get().value()) : sent(scope);
    }

    private static byte @Nullable [] sent(Scope scope) {
        return CookieMiddleware.all(scope, name(scope)).stream()
                .filter(value -> value.length() <= MAX_CHARACTERS)
                .map(CsrfToken::decode)
                .filter(secret -> secret.length == BYTES)
                .findFirst()
                .orElse(null);
    }

    private static byte[] create(Scope scope) {
        if (CookieMiddleware.responseStarted(scope)) {
            throw new ChannelsException(
                    "CSRF token: the client has none, and the headers of the response have been sent (expected: a call"
                            + " before)");
        }
        byte[] secret = random(BYTES);
        CookieMiddleware.set(
                scope,
                Cookie.builder(name(scope), encode(secret))
                        .httpOnly(true)
                        .secure(isEncrypted(scope))
                        .maxAge(LIFETIME)
                        .build());
        return secret;
    }

    private static String name(Scope scope) {
        return isEncrypted(scope) ? ENCRYPTED_NAME : NAME;
    }

    private static boolean isEncrypted(Scope scope) {
        return scope.scheme().equals("https") || scope.scheme().equals("wss");
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] xor(byte[] bytes, byte[] others, int offset) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) (bytes[i] ^ others[offset + i]);
        }
        return result;
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
