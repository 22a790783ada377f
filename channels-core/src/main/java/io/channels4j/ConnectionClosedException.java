package io.channels4j;

/**
 * Thrown when an operation such as a send requires an open connection, but the connection is closed. Nothing was sent.
 *
 * <p>Peers may disconnect at any time, so the exception is not logged when a callback throws it. It has no stack trace, because
 * every send on a closed connection creates an instance. (ASGI 2.4: {@code send} on a closed connection raises an {@code
 * OSError}.)
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
