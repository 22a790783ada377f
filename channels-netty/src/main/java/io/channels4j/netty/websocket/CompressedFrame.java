package io.channels4j.netty.websocket;

import io.channels4j.internal.LatestKey;
import io.channels4j.internal.SharedEncoding;
import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.websocket.WebSocketSend;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A message that is compressed for its connection when it is written. */
record CompressedFrame(WebSocketSend message, MessageDeflater deflater) implements OutboundFrame {

    @Override
    public int size() {
        return message.bytes().length + FrameWriter.MAX_HEADER_BYTES;
    }

    @Override
    public @Nullable LatestKey latestKey() {
        return SharedEncoding.latestKey(message);
    }

    @Override
    public boolean droppable() {
        return true;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        ByteBuffer compressed = deflater.compress(message.bytes());
        if (compressed == null) {
            return new MessageFrame(message).encode(allocator);
        }
        int length = compressed.remaining();
        ByteBuf frame = allocator.directBuffer(FrameWriter.headerBytes(length) + length);
        FrameWriter.writeCompressed(frame, message.isText(), compressed);
        return frame;
    }
}
