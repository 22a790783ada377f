package io.channels4j.netty.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * A direct buffer without reference counting, whose memory the garbage collector frees. A duplicate is a single small object,
 * where {@link io.netty.buffer.Unpooled#unreleasableBuffer} would create two. The address is read only once, because without
 * {@code Unsafe} each read would allocate an object.
 */
final class GarbageCollectedBuf extends UnpooledDirectByteBuf {

    private final boolean addressed;
    private final long address;

    /** Creates an empty buffer over the remaining bytes of a byte buffer. */
    GarbageCollectedBuf(ByteBuffer memory) {
        super(UnpooledByteBufAllocator.DEFAULT, memory, memory.remaining());
        addressed = super.hasMemoryAddress();
        address = addressed ? super.memoryAddress() : 0;
        clear();
    }

    @Override
    public boolean hasMemoryAddress() {
        return addressed;
    }

    @Override
    public long memoryAddress() {
        return addressed ? address : super.memoryAddress();
    }

    @Override
    public ByteBuf retain() {
        return this;
    }

    @Override
    public ByteBuf retain(int increment) {
        return this;
    }

    @Override
    public ByteBuf touch() {
        return this;
    }

    @Override
    public ByteBuf touch(Object hint) {
        return this;
    }

    @Override
    public boolean release() {
        return false;
    }

    @Override
    public boolean release(int decrement) {
        return false;
    }
}
