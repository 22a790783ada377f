package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.netty.eventloop.ProgressWatch;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.settings.ProgressSettings;
import io.channels4j.netty.settings.ServerTimeouts;
import java.time.Duration;

/**
 * The time limits for the handshake, the pings and the close of one WebSocket. Confined to its event loop.
 */
final class WebSocketTimers {

    private static final long NONE = 0;
    private static final long RECENT_NANOS = Duration.ofSeconds(2).toNanos();

    private final ServerTimeouts timeouts;
    private final ProgressSettings progress;
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
        CLOSE_TIMEOUT,
        OUTPUT_TOO_SLOW,
        INPUT_TOO_SLOW
    }

    WebSocketTimers(ServerTimeouts timeouts, ProgressSettings progress, long now) {
        this.timeouts = timeouts;
        this.progress = progress;
        this.started = now;
        this.since = now;
        this.checked = now;
    }

    /** Records that bytes arrived. Any input counts as the reply to a ping. */
    void received(long now) {
        since = now;
        pinged = false;
    }

    /** Returns true if bytes arrived within the last two seconds. */
    boolean isReceiving(long now) {
        return !pinged && now - since < RECENT_NANOS;
    }

    /** Sets the time at which the connection is closed. Replaces any previous time. */
    void closeAt(long deadline) {
        closeDeadline = deadline;
    }

    /** Sets the time at which the connection is closed, even if the peer is still receiving output then. */
    void cutAt(long deadline) {
        closeAt(deadline);
        cuts = true;
    }

    boolean isClosing() {
        return closeDeadline != NONE;
    }

    /**
     * Returns the action that is due. While much output waits for the peer, the timers for pings and for the close stop, and
     * only the peer's progress is checked. After {@link #cutAt}, the timer for the close does not stop. The ping timer also
     * stops while the server does not read from the peer.
     */
    Due check(long now, WebSocketState state, OutboundQueue outbound, WebSocketInput input) {
        long elapsed = now - checked;
        checked = now;
        boolean sending = outbound.requiresProgress();
        if (!cuts && outbound.isTooSlow(progress, now)) {
            return Due.OUTPUT_TOO_SLOW;
        }
        if (state == WebSocketState.OPEN && input.isTooSlow(progress, now)) {
            return Due.INPUT_TOO_SLOW;
        }
        if (isClosing()) {
            if (sending && !cuts) {
                closeDeadline += elapsed;
            }
            return now - closeDeadline >= 0 ? Due.CLOSE_TIMEOUT : Due.NOTHING;
        }
        return switch (state) {
            case HANDSHAKE, DECIDING, REFUSING ->
                now - started >= timeouts.handshake().toNanos() ? Due.HANDSHAKE_TIMEOUT : Due.NOTHING;
            case ACCEPTED, OPEN -> checkPeer(now, input.reads() && !sending);
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

    /** Returns a description of a peer that makes too little progress. */
    String tooSlow(String what) {
        return ProgressWatch.tooSlow(what, progress);
    }

    ChannelsException pingTimedOut() {
        return new ChannelsException(
                "nothing came from the peer within %s after a ping".formatted(timeouts.pingTimeout()));
    }
}
