package io.channels4j.netty.websocket;

import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.websocket.WebSocketSend;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A message that is encoded for one connection. */
record MessageFrame(WebSocketSend message) implements OutboundFrame {

    @Override
    public int size() {
        return message.bytes().length + FrameWriter.MAX_HEADER_BYTES;
    }

    @Override
    public Object content() {
        return message;
    }

    @Override
    public boolean droppable() {
        return true;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        byte[] payload = message.bytes();
        ByteBuf frame = allocator.directBuffer(FrameWriter.headerBytes(payload.length) + payload.length);
        FrameWriter.write(frame, message.isText(), payload);
        return frame;
    }
}
