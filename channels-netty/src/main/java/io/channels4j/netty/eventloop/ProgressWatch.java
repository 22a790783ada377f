package io.channels4j.netty.eventloop;

import io.channels4j.netty.settings.ProgressSettings;

/**
 * Checks whether a peer makes enough {@linkplain ProgressSettings progress} in one direction. A watch exists only while the peer
 * must make progress. Its owner calls it at each tick of the event loop.
 *
 * <p>A peer counts as too slow only if two successive checks fail. After the process has been paused, the first check may run
 * before input that has already arrived is read.
 *
 * <p>Confined to its event loop.
 */
public final class ProgressWatch {

    private static final double NANOS_PER_SECOND = 1e9;

    private final long stall;
    private final long grace;
    private final long bytesPerSecond;

    private long checked;
    private long seen;

    /** The time in nanoseconds since the peer last made progress. */
    private long silent;

    /** The time in nanoseconds for which the peer may make no progress without falling below the average rate. */
    private long credit;

    private boolean overdue;

    /**
     * Starts watching a peer.
     *
     * @param now the time in nanoseconds
     * @param bytes the number of bytes that the peer has received or sent so far
     */
    public ProgressWatch(ProgressSettings settings, long now, long bytes) {
        this.stall = settings.stall().toNanos();
        this.grace = settings.grace().toNanos();
        this.bytesPerSecond = settings.bytesPerSecond();
        this.checked = now;
        this.seen = bytes;
        this.credit = grace;
    }

    /**
     * Returns true if the peer is too slow.
     *
     * @param now the time in nanoseconds
     * @param bytes the number of bytes that the peer has received or sent so far. A decrease counts as no progress.
     */
    public boolean isTooSlow(long now, long bytes) {
        long elapsed = now - checked;
        checked = now;
        long more = Math.max(0, bytes - seen);
        seen += more;
        silent = more > 0 ? 0 : silent + elapsed;
        double earned = bytesPerSecond == 0 ? (double) grace : more * NANOS_PER_SECOND / bytesPerSecond;
        credit = (long) Math.min((double) grace, credit - elapsed + earned);
        boolean before = overdue;
        overdue = silent >= stall || credit < 0;
        return before && overdue;
    }

    /** Returns whether the peer made no progress between the last two checks. */
    public boolean isSilent() {
        return silent > 0;
    }

    /** Skips the time since the last check, because the server did not read from the peer. */
    public void skip(long now) {
        checked = now;
    }

    /** Returns a description of a peer that is too slow. */
    public static String tooSlow(String what, ProgressSettings required) {
        return "the peer is too slow: %s made no progress (expected: some within %s, and %d bytes per second)"
                .formatted(what, required.stall(), required.bytesPerSecond());
    }
}
