package io.channels4j.websocket;

import io.channels4j.ChannelsException;
import java.time.Duration;

/**
 * Tells, as the cause of a disconnect, that a server refused a handshake because the application neither accepted nor refused
 * it in time.
 */
public final class HandshakeTimeoutException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param limit how long the server waited
     */
    public HandshakeTimeoutException(Duration limit) {
        super("handshake: the application decided nothing within %s".formatted(limit));
    }
}
