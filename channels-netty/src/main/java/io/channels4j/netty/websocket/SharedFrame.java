package io.channels4j.netty.websocket;

import io.channels4j.internal.LatestKey;
import io.channels4j.internal.SharedEncoding;
import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.websocket.WebSocketSend;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message that is sent to many connections, encoded once. The event refers to this frame, so the frame lives as long as the
 * event. Its memory, usually a slice of a slab, is garbage collected rather than pooled.
 */
final class SharedFrame implements OutboundFrame {

    private static final int SLAB_BYTES = 256 * 1024;
    private static final int MAX_SLICE_BYTES = 16 * 1024;

    /** The memory for the next frames of this thread. Each slice keeps its slab alive. */
    private static final FastThreadLocal<ByteBuffer> SLAB = new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
            return ByteBuffer.allocateDirect(0);
        }
    };

    private final WebSocketSend message;
    private final ByteBuf frame;
    private final OutboundFrame compressed = new Compressed();

    private SharedFrame(WebSocketSend message, ByteBuf frame) {
        this.message = message;
        this.frame = frame;
    }

    /**
     * The compressed message, for peers that negotiated compression without context takeover. It is compressed when it is first
     * written.
     */
    private final class Compressed implements OutboundFrame {

        private volatile @Nullable ByteBuf encoded;

        @Override
        public int size() {
            return SharedFrame.this.size();
        }

        @Override
        public Object content() {
            return SharedFrame.this;
        }

        @Override
        public @Nullable LatestKey latestKey() {
            return SharedFrame.this.latestKey();
        }

        @Override
        public boolean droppable() {
            return true;
        }

        @Override
        public ByteBuf encode(ByteBufAllocator allocator) {
            ByteBuf once = encoded;
            if (once == null) {
                ByteBuffer bytes = MessageDeflater.compressAlone(message.bytes());
                once = bytes == null ? frame : compressedFrame(message, bytes);
                encoded = once;
            }
            return once.duplicate();
        }
    }

    private static ByteBuf compressedFrame(WebSocketSend message, ByteBuffer compressed) {
        int length = compressed.remaining();
        ByteBuf frame = new GarbageCollectedBuf(memory(FrameWriter.headerBytes(length) + length));
        FrameWriter.writeCompressed(frame, message.isText(), compressed);
        return frame;
    }

    OutboundFrame compressed() {
        return compressed;
    }

    /** Returns the frame for a message. The first call encodes the message. */
    static SharedFrame of(WebSocketSend message) {
        if (SharedEncoding.get(message) instanceof SharedFrame frame) {
            return frame;
        }
        SharedFrame frame = encode(message);
        SharedEncoding.keep(message, frame);
        return frame;
    }

    private static SharedFrame encode(WebSocketSend message) {
        byte[] payload = message.bytes();
        ByteBuf frame = new GarbageCollectedBuf(memory(FrameWriter.headerBytes(payload.length) + payload.length));
        FrameWriter.write(frame, message.isText(), payload);
        return new SharedFrame(message, frame);
    }

    private static ByteBuffer memory(int size) {
        if (size > MAX_SLICE_BYTES) {
            return ByteBuffer.allocateDirect(size);
        }
        ByteBuffer slab = SLAB.get();
        if (slab.remaining() < size) {
            slab = ByteBuffer.allocateDirect(SLAB_BYTES);
            SLAB.set(slab);
        }
        ByteBuffer slice = slab.slice(slab.position(), size);
        slab.position(slab.position() + size);
        return slice;
    }

    @Override
    public int size() {
        return frame.writerIndex();
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
        return frame.duplicate();
    }
}
