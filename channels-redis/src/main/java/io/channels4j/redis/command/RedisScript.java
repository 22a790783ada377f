package io.channels4j.redis.command;

/** What runs inside Redis in one step; sent in full once, and by its hash from then on. Equal by identity. */
public interface RedisScript {

    /** Returns the whole script. */
    byte[] body();

    /** Returns the SHA-1 of the script, in hexadecimal digits. */
    String sha();
}
