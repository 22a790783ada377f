package io.channels4j;

import org.jspecify.annotations.Nullable;

/**
 * The root of the exceptions that this library throws for reasons of its own: wrong use, a broken set-up, a limit.
 *
 * <p>Unchecked. An argument that is wrong in itself is an {@link IllegalArgumentException} instead.
 */
public class ChannelsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what was tried, the state, and what led there
     */
    public ChannelsException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what was tried, the state, and what led there
     * @param cause what went wrong underneath, or null
     */
    public ChannelsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
