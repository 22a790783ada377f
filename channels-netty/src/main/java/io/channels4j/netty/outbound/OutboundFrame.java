package io.channels4j.netty.outbound;

import io.netty.buffer.ByteBufAllocator;

/**
 * An outbound unit that is encoded when it is written. Frames with a long body are written in parts, each of which is encoded only when
 * the peer has taken those before it; nothing else is written between them. Immutable.
 */
public interface OutboundFrame {

    /** The maximum number of bytes of a body in one part. */
    int MAX_PART_BYTES = 32 * 1024;

    /** Returns the number of parts of a frame with a body. */
    static int partsOf(int bodyBytes) {
        return bodyBytes <= MAX_PART_BYTES ? 1 : (bodyBytes - 1) / MAX_PART_BYTES + 1;
    }

    /** Returns the approximate size in bytes. */
    int size();

    /** Returns whether an {@link OverflowPolicy} may drop it. */
    boolean droppable();

    /**
     * Returns what is written to the channel: a buffer, or an object that a handler of an HTTP/2 stream encodes. The caller writes or
     * releases it.
     */
    Object encode(ByteBufAllocator allocator);

    /** Returns the number of parts in which this frame is written, at least one. */
    default int parts() {
        return 1;
    }

    /** Returns one of the parts, counted from zero. */
    default OutboundFrame part(int index) {
        return this;
    }
}
