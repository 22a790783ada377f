package io.channels4j.netty.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Encoded bytes: a control frame, or a part of an HTTP/1.1 message.
 *
 * @param head the bytes before the body
 * @param body the body, which is copied when it is written
 * @param tail the bytes after the body
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
public record EncodedBytes(byte[] head, byte[] body, byte[] tail) implements OutboundFrame {

    private static final byte[] NOTHING = {};

    /** Returns bytes without a head or a tail. */
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
