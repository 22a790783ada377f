package io.channels4j.netty.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unmasks the payloads of client frames (RFC 6455 §5.3). */
final class Masking {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Masking() {}

    /** Unmasks in place. {@code offset} is the position of the byte at {@code from} within the frame's payload. */
    static void unmask(byte[] bytes, int from, int to, int mask, long offset) {
        int key = Integer.rotateLeft(mask, (int) (offset & 3) * Byte.SIZE);
        long wide = (long) key << Integer.SIZE | key & 0xffffffffL;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ wide);
        }
        for (int shift = 24; i < to; i++, shift -= Byte.SIZE) {
            bytes[i] ^= (byte) (key >>> (shift & 31));
        }
    }
}
