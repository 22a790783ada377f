package io.channels4j.netty.http2;

import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * A part of a response on a stream.
 *
 * @param head the head, or null behind it
 * @param body a part of the body, not copied until it is written
 * @param last whether it ends our side of the stream
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record StreamPart(@Nullable Http2Headers head, byte[] body, boolean last) implements OutboundFrame {

    private static final int ABOUT_A_HEAD = 128;

    @Override
    public int size() {
        return body.length + (head == null ? 0 : ABOUT_A_HEAD);
    }

    @Override
    public boolean droppable() {
        return false;
    }

    /** {@link StreamFrames} makes frames of it. */
    @Override
    public StreamPart encode(ByteBufAllocator allocator) {
        return this;
    }
}
