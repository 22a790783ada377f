package io.channels4j.security;

import io.channels4j.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The synchronizer token of a session. Each copy for a page is masked with random bytes, so that compressed responses do not reveal the
 * token (BREACH attack).
 */
final class CsrfToken {

    private static final String NAME = "channels.csrf_token";
    private static final int BYTES = 24;
    private static final int MAX_CHARACTERS = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    private CsrfToken() {}

    /** Returns a masked copy of the session's token, which is created if there is none. */
    static String of(Session session) {
        byte[] secret = session.get(NAME).map(CsrfToken::decode).orElseGet(() -> create(session));
        byte[] masked = new byte[2 * secret.length];
        byte[] mask = random(secret.length);
        System.arraycopy(mask, 0, masked, 0, mask.length);
        System.arraycopy(xor(secret, mask, 0), 0, masked, mask.length, secret.length);
        return encode(masked);
    }

    /**
     * Returns true if a text is a masked copy of the session's token. The comparison takes the same time for every wrong token of the
     * correct length.
     */
    static boolean matches(Session session, String text) {
        byte[] secret = session.get(NAME).map(CsrfToken::decode).orElse(new byte[0]);
        byte[] masked = text.length() > MAX_CHARACTERS ? new byte[0] : decode(text);
        if (secret.length == 0 || masked.length != 2 * secret.length) {
            return false;
        }
        byte[] mask = new byte[secret.length];
        System.arraycopy(masked, 0, mask, 0, mask.length);
        return MessageDigest.isEqual(secret, xor(mask, masked, mask.length));
    }

    private static byte[] create(Session session) {
        byte[] secret = random(BYTES);
        session.put(NAME, encode(secret));
        return secret;
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
