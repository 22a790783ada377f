package io.channels4j.netty.outbound;

import io.netty.buffer.ByteBufAllocator;

/** An outbound unit that is encoded when it is written, and never written in part. Immutable. */
public interface OutboundFrame {

    /** Returns the approximate size in bytes. */
    int size();

    /** Returns whether an {@link OverflowPolicy} may drop it. */
    boolean droppable();

    /**
     * Returns what is written to the channel: a buffer, or an object that a handler of an HTTP/2 stream encodes. The caller writes or
     * releases it.
     */
    Object encode(ByteBufAllocator allocator);
}
