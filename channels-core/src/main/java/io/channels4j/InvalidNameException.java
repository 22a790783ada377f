package io.channels4j;

/**
 * Thrown if a channel or group name is invalid. Such names are often built from a client's input, such as a part of the URL.
 *
 * <p>If the application fails with this exception, the server treats it like a {@link ClientErrorException} (guarantee
 * P7). The server responds with status 400, or closes an open WebSocket with code 1008. It logs one line at debug
 * level. {@code GroupName.of(..)} creates a valid name from any text.
 */
public class InvalidNameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the escaped name and the expected form
     */
    public InvalidNameException(String message) {
        super(message);
    }
}
