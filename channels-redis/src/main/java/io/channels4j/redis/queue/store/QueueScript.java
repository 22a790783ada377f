package io.channels4j.redis.queue.store;

import io.channels4j.redis.command.LuaScript;
import io.channels4j.redis.command.RedisScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The Lua scripts of the queue layer. The keys, arguments and reply of each script are documented at its top. */
public enum QueueScript implements RedisScript {
    ACKNOWLEDGE,
    ADD_PROCESS_TO_GROUPS,
    ADD_QUEUE_TO_GROUP,
    DELAY_MESSAGE,
    LEAVE_QUEUE,
    RELEASE_LEASE,
    REMOVE_FROM_GROUPS,
    RENEW_LEASE,
    RETURN_TO_QUEUE,
    RETURN_WORK_OF_DEAD_PROCESSES,
    SEND_TO_GROUP,
    SEND_TO_PROCESS,
    SEND_TO_QUEUE;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final byte[] text = text();

    private final String sha = LuaScript.sha(text);

    @Override
    public byte[] body() {
        return text;
    }

    @Override
    public String sha() {
        return sha;
    }

    private byte[] text() {
        String file = read(name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return (Common.TEXT + file).getBytes(StandardCharsets.UTF_8);
    }

    private static String read(String name) {
        try (InputStream file = QueueScript.class.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("script: %s.lua is missing from the jar".formatted(name));
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A separate class, because enum constants are created before the static fields of the enum. */
    private static final class Common {
        static final String TEXT = read("common");
    }
}
