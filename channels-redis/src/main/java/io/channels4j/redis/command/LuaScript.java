package io.channels4j.redis.command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A script and its digest. Immutable.
 *
 * @param body the source, which must not be modified
 * @param sha the SHA-1 of the source, in hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LuaScript(byte[] body, String sha) implements RedisScript {

    /** Returns a script with the given source. */
    public static LuaScript of(String source) {
        byte[] body = source.getBytes(StandardCharsets.UTF_8);
        return new LuaScript(body, sha(body));
    }

    /** Returns the SHA-1 of a source, in hexadecimal. */
    public static String sha(byte[] source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
