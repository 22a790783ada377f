package io.channels4j;

/**
 * Tells that something was sent on a connection that is closed; nothing was sent.
 *
 * <p>A normal event in the life of a connection: when it escapes a consumer's callback it is not logged. Its stack trace is
 * empty, since it is created for each send on a closed connection. (ASGI 2.4: {@code send} on a closed connection raises
 * an {@code OSError}.)
 */
public final class ConnectionClosedException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what was tried and how the connection was closed
     */
    public ConnectionClosedException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
