package io.channels4j;

/**
 * Thrown by a send on a closed connection; nothing was sent.
 *
 * <p>It is an ordinary event in the life of a connection, so it is not logged when it escapes a callback. It has no stack trace, since each
 * send on a closed connection creates one. (ASGI 2.4: {@code send} on a closed connection raises an {@code OSError}.)
 */
public final class ConnectionClosedException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the attempted operation and how the connection was closed
     */
    public ConnectionClosedException(String message) {
        super(message, false);
    }
}
