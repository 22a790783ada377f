package io.channels4j.netty.outbound;

import io.channels4j.internal.LatestKey;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A unit of output that is encoded when it is written. A frame with a long body may be written in parts. Each part is encoded
 * only when Netty's buffer has room for it. No other frame is written between the parts. Immutable.
 */
public interface OutboundFrame {

    /** The maximum number of body bytes in one part. */
    int MAX_PART_BYTES = 32 * 1024;

    /** Returns the number of parts for a body of a given length. */
    static int partsOf(int bodyBytes) {
        return bodyBytes <= MAX_PART_BYTES ? 1 : (bodyBytes - 1) / MAX_PART_BYTES + 1;
    }

    /** Returns the approximate size in bytes. */
    int size();

    /** Returns the object whose memory the frame occupies, which other frames may share. */
    default Object content() {
        return this;
    }

    /**
     * Returns the key of the frames of which only the latest matters, or null. A frame with a key has one part.
     */
    default @Nullable LatestKey latestKey() {
        return null;
    }

    /** Returns whether an {@link OverflowPolicy} may drop this frame. */
    boolean droppable();

    /**
     * Returns the object to write to the channel. It is a buffer or an object that an HTTP/2 stream handler encodes.
     * The caller must write or release it.
     */
    Object encode(ByteBufAllocator allocator);

    /** Returns the number of parts in which this frame is written; at least one. */
    default int parts() {
        return 1;
    }

    /** Returns the part with the given index, counted from zero. */
    default OutboundFrame part(int index) {
        return this;
    }
}
