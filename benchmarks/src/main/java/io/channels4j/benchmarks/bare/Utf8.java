package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Validates text as RFC 6455 section 8.1 requires. ASCII is checked eight bytes at a time. */
final class Utf8 {

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    static boolean isValid(ByteBuf text) {
        int end = text.writerIndex();
        int at = text.readerIndex();
        while (end - at >= Long.BYTES && (text.getLong(at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && text.getByte(at) >= 0) {
            at++;
        }
        return at == end || ByteBufUtil.isText(text, at, end - at, StandardCharsets.UTF_8);
    }
}
