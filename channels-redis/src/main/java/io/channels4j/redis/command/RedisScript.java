package io.channels4j.redis.command;

/** A Lua script, which Redis runs atomically. Compared by identity. */
public interface RedisScript {

    /** Returns the source. */
    byte[] body();

    /** Returns the SHA-1 of the source, in hexadecimal. */
    String sha();
}
