package io.channels4j.websocket;

import io.channels4j.ChannelsException;
import java.time.Duration;

/**
 * Indicates that the server rejected a handshake on which the application did not decide before the time-out. The
 * server reports it as the cause of the disconnect.
 */
public final class HandshakeTimeoutException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param limit the time-out
     */
    public HandshakeTimeoutException(Duration limit) {
        super("handshake: no decision of the application within %s".formatted(limit));
    }
}
