package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.zip.Deflater;

/** Encodes RFC 6455 frames as a server sends them: final and unmasked. */
final class Frames {

    private static final int TEXT = 0x81;
    private static final int COMPRESSED = 0x40;
    private static final int TAIL = 4; // RFC 7692 section 7.2.1: messages omit the tail of a flush

    private static final FastThreadLocal<Deflater> DEFLATER = new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
            return new Deflater(6, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
            deflater.end();
        }
    };

    private Frames() {}

    static ByteBuf text(byte[] utf8) {
        return frame(TEXT, utf8, utf8.length);
    }

    /** Returns a text frame compressed without context takeover. */
    static ByteBuf deflated(byte[] utf8) {
        Deflater deflater = DEFLATER.get();
        deflater.reset();
        deflater.setInput(utf8);
        byte[] output = new byte[utf8.length + 64];
        int length = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
        return frame(TEXT | COMPRESSED, output, length - TAIL);
    }

    private static ByteBuf frame(int first, byte[] payload, int length) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(length + 10).writeByte(first);
        if (length < 126) {
            frame.writeByte(length);
        } else if (length < 65536) {
            frame.writeByte(126).writeShort(length);
        } else {
            frame.writeByte(127).writeLong(length);
        }
        return frame.writeBytes(payload, 0, length);
    }
}
