package io.channels4j.redis.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

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

    /**
     * Returns the script of an enum constant. Its source is {@code common.lua}, followed by the file named after the constant. For
     * example, {@code SEND_ALL} is in {@code send-all.lua}. Both files are in the package of the enum.
     */
    public static LuaScript of(Enum<?> constant) {
        Class<?> owner = constant.getDeclaringClass();
        String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return of(read(owner, "common.lua") + read(owner, name + ".lua"));
    }

    private static String read(Class<?> owner, String name) {
        try (InputStream file = owner.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("script: %s is missing from the jar".formatted(name));
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the SHA-1 of a source, in hexadecimal. */
    private static String sha(byte[] source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
