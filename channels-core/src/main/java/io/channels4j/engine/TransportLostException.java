package io.channels4j.engine;

import io.channels4j.ChannelsException;

/**
 * The failure of a connection whose transport has closed. Its last event did not arrive within the close time-out.
 */
final class TransportLostException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    TransportLostException() {
        super("the transport is closed, and the connection's last event did not come in time");
    }
}
