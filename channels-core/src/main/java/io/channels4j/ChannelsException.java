package io.channels4j;

import org.jspecify.annotations.Nullable;

/**
 * The base class of this library's exceptions. Typical causes are incorrect use, missing configuration and exceeded
 * limits.
 *
 * <p>Unchecked. Invalid arguments cause an {@link IllegalArgumentException} instead.
 */
public class ChannelsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the attempted operation, the state that prevented it, and the reason for that state
     */
    public ChannelsException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message the attempted operation, the state that prevented it, and the reason for that state
     * @param cause the cause, or null
     */
    public ChannelsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Creates an exception with or without a stack trace. */
    ChannelsException(String message, boolean hasStackTrace) {
        super(message, null, true, hasStackTrace);
    }
}
