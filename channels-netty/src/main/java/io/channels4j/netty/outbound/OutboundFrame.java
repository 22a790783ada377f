package io.channels4j.netty.outbound;

import io.netty.buffer.ByteBufAllocator;

/** A whole message on its way out, encoded when its turn has come. Immutable. */
public interface OutboundFrame {

    /** Returns about how many bytes it is. */
    int size();

    /** Tells whether a policy for slow peers may drop it. */
    boolean droppable();

    /**
     * Returns what its channel takes, and what the caller writes or releases: a buffer, or on a stream of HTTP/2 something that
     * stands for frames.
     */
    Object encode(ByteBufAllocator allocator);
}
