package io.channels4j.layer;

import io.channels4j.ChannelsException;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a layer cannot reach other processes at present. Members in this process may have the message all the same; the
 * exception's message says so. A consumer does not end because of it (promise P5).
 */
public final class LayerUnavailableException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what was tried and who has the message
     * @param cause what went wrong underneath, or null
     */
    public LayerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
