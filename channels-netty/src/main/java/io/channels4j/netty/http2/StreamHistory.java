package io.channels4j.netty.http2;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Records which streams were reset and which were skipped, because later frames on them are treated differently (RFC 9113 §5.1).
 * The number of recorded streams is limited, so a client cannot exhaust memory.
 *
 * <p>Confined to its event loop.
 */
final class StreamHistory extends Http2ConnectionAdapter {

    private static final int MAX_RESETS = 256;
    private static final int MAX_SKIPPED_RANGES = 32;

    /**
     * The streams that were reset most recently. An entry is positive if the server reset the stream, negative if the
     * client did, and 0 if unused.
     */
    private final int[] resets = new int[MAX_RESETS];

    /** The first streams of the most recent ranges that the client skipped; 0 for an unused entry. */
    private final int[] skippedFrom = new int[MAX_SKIPPED_RANGES];

    /** The last streams of the ranges in {@link #skippedFrom}. */
    private final int[] skippedTo = new int[MAX_SKIPPED_RANGES];

    private int nextReset;
    private int nextSkipped;
    private int last = -1;

    /** Creates the history of a connection. */
    StreamHistory(Http2Connection connection) {
        connection.addListener(this);
    }

    /** Records the unused streams below a new stream, because the new stream closes them (§5.1.1). */
    @Override
    public void onStreamAdded(Http2Stream stream) {
        if (stream.id() > last + 2) {
            skippedFrom[nextSkipped] = last + 2;
            skippedTo[nextSkipped] = stream.id() - 2;
            nextSkipped = (nextSkipped + 1) % MAX_SKIPPED_RANGES;
        }
        last = stream.id();
    }

    void resetByUs(int stream) {
        reset(stream);
    }

    void resetByClient(int stream) {
        reset(-stream);
    }

    private void reset(int entry) {
        resets[nextReset] = entry;
        nextReset = (nextReset + 1) % MAX_RESETS;
    }

    boolean wasResetByUs(int stream) {
        return contains(stream);
    }

    boolean wasResetByClient(int stream) {
        return contains(-stream);
    }

    private boolean contains(int entry) {
        for (int reset : resets) {
            if (reset == entry) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if the client skipped the stream by opening one with a higher number. */
    boolean wasSkipped(int stream) {
        for (int i = 0; i < MAX_SKIPPED_RANGES; i++) {
            if (skippedFrom[i] > 0 && skippedFrom[i] <= stream && stream <= skippedTo[i]) {
                return true;
            }
        }
        return false;
    }
}
