package io.channels4j.netty.settings;

import java.util.Locale;

/**
 * The policy for messages to a WebSocket whose peer reads too slowly (guarantee P3). Only whole messages are dropped.
 * Handshake responses, close frames and other control frames are kept. HTTP bodies wait instead.
 */
public enum SlowConsumerPolicy {

    /** Disconnects the peer. Sends close code 1013 if it can still be delivered, then closes the socket. */
    DISCONNECT,

    /** Drops the message that is being sent. */
    DROP_NEWEST,

    /** Drops the messages that have waited longest, until there is room. */
    DROP_OLDEST;

    private final String reason = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the reason that {@link io.channels4j.server.ServerListener#dropped} receives.
     *
     * @return the name of the policy in lower case
     */
    public String reason() {
        return reason;
    }
}
