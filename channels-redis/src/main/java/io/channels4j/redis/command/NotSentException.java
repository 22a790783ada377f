package io.channels4j.redis.command;

import io.channels4j.redis.connection.RedisFailures;

/** Tells that a command was not sent, since there is no connection. */
public final class NotSentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotSentException(Throwable why) {
        super(RedisFailures.text(why), why, false, false);
    }
}
