package io.channels4j.redis.connection;

/** Tells that a connection to Redis broke. */
public final class ConnectionLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConnectionLostException() {
        super("the connection broke", null, false, false);
    }

    /** Says why a connection was given up. */
    public ConnectionLostException(String message) {
        super(message, null, false, false);
    }
}
