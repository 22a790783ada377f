package io.channels4j.netty.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * Direct memory that the garbage collector takes back: nobody counts references. A duplicate of it is one small object, where
 * {@link io.netty.buffer.Unpooled#unreleasableBuffer} makes two, and its address is looked up once, where the JDK without
 * {@code Unsafe} makes two objects for it on each write.
 */
final class GarbageCollectedBuf extends UnpooledDirectByteBuf {

    private final boolean addressed;
    private final long address;

    /** Takes a buffer's memory, empty and as large as what remains of it. */
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
