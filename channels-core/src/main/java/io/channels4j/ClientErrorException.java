package io.channels4j;

/**
 * Thrown when a connection cannot be served because of what its client sent. It is not a fault of the server (guarantee P7).
 *
 * <p>If it escapes the application, a server responds with its status or, on an open WebSocket, closes with code 1009 for status 413 and
 * 1008 for all others, and logs one line on level DEBUG without a stack trace. The message is not sent to the client.
 */
public class ClientErrorException extends ChannelsException {

    private static final long serialVersionUID = 1L;
    private static final int MIN_STATUS = 400;
    private static final int MAX_STATUS = 499;

    private final int status;

    /**
     * Creates an exception.
     *
     * @param status the status of the response, 400-499
     * @param message what was received, and what was expected
     * @throws IllegalArgumentException if the status is not one of a client error
     */
    public ClientErrorException(int status, String message) {
        super(message, false);
        if (status < MIN_STATUS || status > MAX_STATUS) {
            throw new IllegalArgumentException("status: %d (expected: 400-499)".formatted(status));
        }
        this.status = status;
    }

    /**
     * Returns the status of the response.
     *
     * @return the status, 400-499
     */
    public int status() {
        return status;
    }
}
