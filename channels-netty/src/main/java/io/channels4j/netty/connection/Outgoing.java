package io.channels4j.netty.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A whole message on its way out, encoded when its turn has come. Immutable. */
public interface Outgoing {

    /** Returns about how many bytes it is. */
    int size();

    /** Tells whether a policy for slow peers may drop it. */
    boolean droppable();

    /** Returns its bytes, in a buffer that the caller writes or releases. */
    ByteBuf encode(ByteBufAllocator allocator);
}
