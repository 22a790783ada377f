package io.channels4j.redis.command;

import io.channels4j.redis.connection.RedisFailures;

/** Thrown when a command was not sent because there is no connection. */
public final class NotSentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotSentException(Throwable cause) {
        super(RedisFailures.text(cause), cause, false, false);
    }
}
