package io.channels4j.netty.websocket;

import io.channels4j.netty.settings.ServerTimeouts;

/**
 * The time limits of one WebSocket: its handshake, its pings and its close. Confined to its event loop, which passes in the current time.
 */
final class WebSocketTimers {

    private static final long NONE = 0;

    private final ServerTimeouts timeouts;
    private final long started;
    private long closeDeadline = NONE;
    private boolean cuts;
    private boolean pinged;
    private long checked;

    /** The time of the unanswered ping, or of the last input if there is none. */
    private long since;

    enum Due {
        NOTHING,
        HANDSHAKE_TIMEOUT,
        PING,
        PING_TIMEOUT,
        CLOSE_TIMEOUT
    }

    WebSocketTimers(ServerTimeouts timeouts, long now) {
        this.timeouts = timeouts;
        this.started = now;
        this.since = now;
        this.checked = now;
    }

    /** Records that bytes arrived. Any bytes count as the answer to a ping. */
    void received(long now) {
        since = now;
        pinged = false;
    }

    /** Sets the time at which the connection is closed immediately; replaces an earlier one. */
    void closeAt(long deadline) {
        closeDeadline = deadline;
    }

    /** Sets the time at which the connection is closed even if the peer still receives its output. */
    void cutAt(long deadline) {
        closeAt(deadline);
        cuts = true;
    }

    /** Returns true after {@link #cutAt}. */
    boolean isCutting() {
        return cuts;
    }

    boolean isClosing() {
        return closeDeadline != NONE;
    }

    /**
     * Returns the action that is due.
     *
     * @param reads whether the server reads from the peer; if it does not, the peer cannot answer a ping and the ping timer stops
     * @param sending whether more output is ahead of a ping or a close frame than the peer takes immediately; all timers but the handshake's
     *     stop, because the peer is watched for progress
     */
    Due check(long now, WebSocketState state, boolean reads, boolean sending) {
        long elapsed = now - checked;
        checked = now;
        if (isClosing()) {
            if (sending && !cuts) {
                closeDeadline += elapsed;
            }
            return now - closeDeadline >= 0 ? Due.CLOSE_TIMEOUT : Due.NOTHING;
        }
        return switch (state) {
            case HANDSHAKE, DECIDING, REFUSING ->
                now - started >= timeouts.handshake().toNanos() ? Due.HANDSHAKE_TIMEOUT : Due.NOTHING;
            case ACCEPTED, OPEN -> checkPeer(now, reads && !sending);
            default -> Due.NOTHING;
        };
    }

    private Due checkPeer(long now, boolean answers) {
        if (!answers) {
            since = now;
            return Due.NOTHING;
        }
        if (pinged) {
            return now - since >= timeouts.pingTimeout().toNanos() ? Due.PING_TIMEOUT : Due.NOTHING;
        }
        long interval = timeouts.pingInterval().toNanos();
        if (interval == 0 || now - since < interval) {
            return Due.NOTHING;
        }
        pinged = true;
        since = now;
        return Due.PING;
    }
}
