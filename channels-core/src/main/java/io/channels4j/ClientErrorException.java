package io.channels4j;

/**
 * Thrown when a connection cannot be served because its client sent something invalid. The server is not at fault (guarantee P7).
 *
 * <p>If the application fails with this exception, the server responds with the exception's status. An open WebSocket is closed
 * with code 1009 if the status is 413, otherwise with code 1008. The server logs one line at debug level, without a stack trace.
 * The exception's message is not sent to the client.
 */
public class ClientErrorException extends ChannelsException {

    private static final long serialVersionUID = 1L;
    private static final int MIN_STATUS = 400;
    private static final int MAX_STATUS = 499;

    /** The status of the response. */
    private final int status;

    /**
     * Creates an exception.
     *
     * @param status the status of the response, 400-499
     * @param message the received value and the expected one
     * @throws IllegalArgumentException if the status is not 400-499
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
