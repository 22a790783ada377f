package io.channels4j.netty.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Encoded bytes, such as a control frame or a part of an HTTP/1.1 message.
 *
 * @param head the bytes before the body
 * @param body the array that contains the body, which is copied when it is written
 * @param from the index of the body's first byte in the array
 * @param length the length of the body
 * @param tail the bytes after the body
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
public record EncodedBytes(byte[] head, byte[] body, int from, int length, byte[] tail) implements OutboundFrame {

    private static final byte[] NOTHING = {};

    /** Creates bytes with a whole array as the body. */
    public EncodedBytes(byte[] head, byte[] body, byte[] tail) {
        this(head, body, 0, body.length, tail);
    }

    /** Returns bytes without a head or a tail. */
    public static EncodedBytes of(byte[] bytes) {
        return new EncodedBytes(bytes, NOTHING, NOTHING);
    }

    @Override
    public int size() {
        return head.length + length + tail.length;
    }

    @Override
    public Object content() {
        return body;
    }

    @Override
    public int parts() {
        return OutboundFrame.partsOf(length);
    }

    @Override
    public EncodedBytes part(int index) {
        int start = index * MAX_PART_BYTES;
        int end = Math.min(length, start + MAX_PART_BYTES);
        return new EncodedBytes(
                index == 0 ? head : NOTHING, body, from + start, end - start, end == length ? tail : NOTHING);
    }

    @Override
    public boolean droppable() {
        return false;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return allocator
                .directBuffer(size())
                .writeBytes(head)
                .writeBytes(body, from, length)
                .writeBytes(tail);
    }
}
