package io.channels4j.layer;

import io.channels4j.ChannelsException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a layer cannot reach other processes. Members in this process may have received the message; the exception's message states
 * whether they have. By default, it does not close a connection (guarantee P5).
 */
public final class LayerUnavailableException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the attempted operation, and the members that have received the message
     * @param cause the cause, or null
     */
    public LayerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
