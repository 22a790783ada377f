package io.channels4j.redis.queue;

import io.channels4j.redis.command.RedisScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** What runs inside Redis in one step. Each says in its file what it takes and returns. */
enum Script implements RedisScript {
    BACK,
    BEAT,
    BYE,
    DONE,
    GROUP,
    INBOX,
    JOIN,
    JOINQUEUE,
    LATER,
    LEAVE,
    REAP,
    WORK;

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final byte[] text = text();

    private final String sha = sha(text);

    @Override
    public byte[] body() {
        return text;
    }

    @Override
    public String sha() {
        return sha;
    }

    private byte[] text() {
        String file = read(name().toLowerCase(Locale.ROOT));
        return (Common.TEXT + file).getBytes(StandardCharsets.UTF_8);
    }

    private static String read(String name) {
        try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("script: %s.lua is not in the jar".formatted(name));
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Apart, because the constants above are made before the class's own fields. */
    private static final class Common {
        static final String TEXT = read("common");
    }
}
