package io.channels4j.layer;

import io.channels4j.ChannelsException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a layer cannot reach other processes. Members in this process may have received the channel message. The
 * detail message states the effect. By default, this exception does not close a connection (guarantee P5).
 */
public final class LayerUnavailableException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the detail message: the attempted operation and its effect
     * @param cause the cause, or null
     */
    public LayerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
