package io.channels4j.redis.connection;

/** Thrown when there is no connection to Redis, or when the connection was lost. */
public final class ConnectionLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConnectionLostException(String message) {
        super(message, null, false, false);
    }
}
