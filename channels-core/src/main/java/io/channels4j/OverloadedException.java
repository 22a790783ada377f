package io.channels4j;

/**
 * Thrown when a connection is refused because a bounded resource is exhausted; the peer may try again later.
 *
 * <p>A server responds with status 503, or with close code 1013 on an open WebSocket, and logs a line without a stack trace (guarantee P4).
 */
public final class OverloadedException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the resource, its limit, and what to do
     */
    public OverloadedException(String message) {
        super(message);
    }
}
