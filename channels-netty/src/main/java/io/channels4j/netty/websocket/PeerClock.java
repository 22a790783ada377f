package io.channels4j.netty.websocket;

import io.channels4j.netty.settings.Settings;

/** When a peer was last heard, and whether it is time for a ping or for a verdict. Confined to its event loop. */
final class PeerClock {

    private final Settings settings;
    private long heard;
    private boolean pinged;

    /** Since when an answer to a ping is waited for; counts only when there was a ping. */
    private long pingedAt;

    enum Verdict {
        FINE,
        /** Send a ping. */
        SILENT,
        DEAD
    }

    PeerClock(Settings settings, long now) {
        this.settings = settings;
        this.heard = now;
    }

    /** Notes that something came. */
    void heard(long now) {
        heard = now;
        pinged = false;
    }

    /** Looks at the time. A peer that is not read cannot answer, so meanwhile its clock stands still. */
    Verdict check(long now, boolean read) {
        if (!read) {
            heard = now;
            pingedAt = now;
            return Verdict.FINE;
        }
        if (pinged) {
            return now - pingedAt >= settings.pingTimeout().toNanos() ? Verdict.DEAD : Verdict.FINE;
        }
        if (settings.pingInterval().isZero()
                || now - heard < settings.pingInterval().toNanos()) {
            return Verdict.FINE;
        }
        pinged = true;
        pingedAt = now;
        return Verdict.SILENT;
    }
}
