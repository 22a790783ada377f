package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * A message of fixed length that consists of a prefix, a twelve-digit number, padding and a suffix.
 *
 * <p>Confined to one thread, because all messages share one buffer.
 */
final class Payload {

    private static final int DIGITS = 12;

    private final ByteBuf bytes;
    private final ByteBuf after;
    private final int numberAt;

    private Payload(String before, int size, String behind) {
        String padding = "x".repeat(size - DIGITS);
        bytes = ascii(before + "0".repeat(DIGITS) + padding + behind);
        after = ascii(padding + behind);
        numberAt = before.length();
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns a payload of {@code size} characters without prefix and suffix. */
    static Payload plain(int size) {
        return new Payload("", size, "");
    }

    /** Returns the JSON that a member of a room sends, with a text of {@code size} characters. */
    static Payload saying(int size) {
        return new Payload("{\"type\":\"message\",\"message\":\"", size, "\"}");
    }

    /** Returns the JSON that the members of a room receive when a member has sent {@link #saying}. */
    static Payload said(int size) {
        return new Payload("{\"type\":\"message\",\"message\":\"", size, "\",\"user\":\"anonymous\"}");
    }

    /** Returns the payload with the given number. It is valid until the next call. */
    ByteBuf numbered(long number) {
        long rest = number;
        for (int i = numberAt + DIGITS - 1; i >= numberAt; i--) {
            bytes.setByte(i, (int) ('0' + rest % 10));
            rest /= 10;
        }
        return bytes;
    }

    /** Returns the number in a received message, or -1 if the message does not match this payload. */
    long read(ByteBuf in, int from, int length) {
        int behind = from + numberAt + DIGITS;
        if (length != bytes.readableBytes()
                || !ByteBufUtil.equals(bytes, 0, in, from, numberAt)
                || !ByteBufUtil.equals(after, 0, in, behind, after.readableBytes())) {
            return -1;
        }
        long number = 0;
        for (int i = from + numberAt; i < behind; i++) {
            number = number * 10 + in.getByte(i) - '0';
        }
        return number;
    }
}
