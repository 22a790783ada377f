package io.channels4j.netty;

import io.channels4j.netty.settings.Overflow;

/**
 * What a server does with a message for a WebSocket whose peer reads too slowly (promise P3). Only whole messages are dropped,
 * never the answer to a handshake, a close or a control frame; HTTP bodies wait instead.
 */
public enum SlowConsumerPolicy {

    /** Lets the peer go: close code 1013 as far as it still gets through, then the connection is cut. */
    DISCONNECT(Overflow.DISCONNECT),

    /** Drops the message that is being sent. */
    DROP_NEWEST(Overflow.DROP_NEWEST),

    /** Drops messages that wait longest, until there is room. */
    DROP_OLDEST(Overflow.DROP_OLDEST);

    private final Overflow overflow;

    SlowConsumerPolicy(Overflow overflow) {
        this.overflow = overflow;
    }

    Overflow overflow() {
        return overflow;
    }
}
