package io.channels4j;

/**
 * Tells that a connection was refused because a bounded resource is used up; the peer may try again later.
 *
 * <p>A server answers it with status 503, or with close code 1013 on an open WebSocket, and logs a line without a stack
 * trace (promise P4).
 */
public final class OverloadedException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is used up, how much of it there is, and what to do
     */
    public OverloadedException(String message) {
        super(message);
    }
}
