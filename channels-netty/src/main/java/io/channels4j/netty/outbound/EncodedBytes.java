package io.channels4j.netty.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Bytes to write as they are: the control part of a protocol, or a piece of an HTTP response.
 *
 * @param head what stands before the body
 * @param body the body, not copied until it is written
 * @param tail what stands behind it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record EncodedBytes(byte[] head, byte[] body, byte[] tail) implements OutboundFrame {

    private static final byte[] NOTHING = {};

    /** Returns one piece. */
    public static EncodedBytes of(byte[] bytes) {
        return new EncodedBytes(bytes, NOTHING, NOTHING);
    }

    @Override
    public int size() {
        return head.length + body.length + tail.length;
    }

    @Override
    public boolean droppable() {
        return false;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return allocator.directBuffer(size()).writeBytes(head).writeBytes(body).writeBytes(tail);
    }
}
