package io.channels4j;

/**
 * Thrown for an invalid name of a channel or a group. Such names are often made of a client's input, such as a part of the URL.
 *
 * <p>If it escapes the application, the client is at fault, as with {@link ClientErrorException} (guarantee P7): status 400, or close code
 * 1008 on an open WebSocket, and one line on level DEBUG. {@code GroupName.of(..)} makes a valid name of any text.
 */
public class InvalidNameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the name, escaped, and what is expected
     */
    public InvalidNameException(String message) {
        super(message);
    }
}
