package io.channels4j;

/**
 * Thrown when work, such as serving a connection, is refused because a bounded resource is exhausted. The peer may try again
 * later.
 *
 * <p>If the application fails with this exception, the server responds with status 503. It closes an open WebSocket
 * with code 1013. It logs one line without a stack trace (guarantee P4).
 */
public final class OverloadedException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the resource, its limit, and how to resolve the problem
     */
    public OverloadedException(String message) {
        super(message);
    }
}
