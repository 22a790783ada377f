package io.channels4j.netty.http2;

import io.channels4j.netty.settings.ServerTimeouts;

/**
 * Detects that the client of a connection with open streams is gone. After a period of silence, the server sends a PING (RFC
 * 9113 §6.7). Any input counts as the reply. A connection without streams ends after the idle time-out instead.
 *
 * <p>Confined to its event loop.
 */
final class PeerLiveness {

    private final long pingIntervalNanos;
    private final long pingTimeoutNanos;

    private long seenReads = -1;
    private long silentSince;
    private boolean pinged;

    enum Due {
        NOTHING,
        PING,
        DEAD
    }

    PeerLiveness(ServerTimeouts timeouts) {
        this.pingIntervalNanos = timeouts.pingInterval().toNanos();
        this.pingTimeoutNanos = timeouts.pingTimeout().toNanos();
    }

    /**
     * Returns the action that is due.
     *
     * @param now the event loop's time
     * @param reads the number of reads from the socket so far
     * @param serves whether the connection has open streams and little waiting output
     */
    Due check(long now, long reads, boolean serves) {
        if (reads != seenReads || !serves || pingIntervalNanos == 0) {
            seenReads = reads;
            silentSince = now;
            pinged = false;
            return Due.NOTHING;
        }
        if (pinged) {
            return now - silentSince >= pingTimeoutNanos ? Due.DEAD : Due.NOTHING;
        }
        if (now - silentSince < pingIntervalNanos) {
            return Due.NOTHING;
        }
        pinged = true;
        silentSince = now;
        return Due.PING;
    }
}
