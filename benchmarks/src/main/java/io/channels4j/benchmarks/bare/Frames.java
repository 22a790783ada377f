package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Frames of RFC 6455 as a server writes them: final, not masked. */
final class Frames {

    private Frames() {}

    static ByteBuf text(byte[] utf8) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(utf8.length + 10).writeByte(0x81);
        if (utf8.length < 126) {
            frame.writeByte(utf8.length);
        } else if (utf8.length < 65536) {
            frame.writeByte(126).writeShort(utf8.length);
        } else {
            frame.writeByte(127).writeLong(utf8.length);
        }
        return frame.writeBytes(utf8);
    }
}
