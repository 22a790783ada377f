package io.channels4j.netty.http2.stream;

import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * A part of a response on a stream.
 *
 * @param head the head, or null for a later part
 * @param body the array that contains a part of the body. The part is copied when it is written.
 * @param from the index of the part's first byte in the array
 * @param length the length of the part
 * @param last whether the output of the stream ends with this part
 * @param opensWebSocket whether this is the response that accepts a WebSocket handshake
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StreamResponsePart(
        @Nullable Http2Headers head, byte[] body, int from, int length, boolean last, boolean opensWebSocket)
        implements OutboundFrame {

    private static final int ESTIMATED_HEAD_BYTES = 128;
    private static final byte[] NOTHING = {};

    StreamResponsePart(@Nullable Http2Headers head, byte[] body, boolean last) {
        this(head, body, 0, body.length, last, false);
    }

    /** Returns the response that accepts a WebSocket handshake. */
    static StreamResponsePart opening(Http2Headers head) {
        return new StreamResponsePart(head, NOTHING, 0, 0, false, true);
    }

    @Override
    public int size() {
        return length + (head == null ? 0 : ESTIMATED_HEAD_BYTES);
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
    public StreamResponsePart part(int index) {
        int start = index * MAX_PART_BYTES;
        int end = Math.min(length, start + MAX_PART_BYTES);
        return new StreamResponsePart(
                index == 0 ? head : null, body, from + start, end - start, last && end == length, opensWebSocket);
    }

    @Override
    public boolean droppable() {
        return false;
    }

    /** Returns this part; {@link StreamFrameEncoder} encodes it as frames. */
    @Override
    public StreamResponsePart encode(ByteBufAllocator allocator) {
        return this;
    }
}
