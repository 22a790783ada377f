package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates compressed messages (RFC 7692 section 7.2.2). Identical bytes for several members of a room are inflated once, so that
 * the client does not become the bottleneck. Confined to the client's event loop.
 */
final class MessageInflation {

    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
    private static final int MOST_BYTES = 1 << 20;

    private final Inflater inflater = new Inflater(true);
    private ByteBuf last = Unpooled.EMPTY_BUFFER;
    private ByteBuf message = Unpooled.EMPTY_BUFFER;

    /** Returns the inflated message, which is valid until the next call. */
    ByteBuf inflate(ByteBuf in, int from, int length) {
        if (length != last.readableBytes() || !ByteBufUtil.equals(in, from, last, 0, length)) {
            last = Unpooled.copiedBuffer(in.slice(from, length));
            message = Unpooled.wrappedBuffer(inflated(ByteBufUtil.getBytes(last)));
        }
        return message;
    }

    private byte[] inflated(byte[] compressed) {
        byte[] input = Arrays.copyOf(compressed, compressed.length + TAIL.length);
        System.arraycopy(TAIL, 0, input, compressed.length, TAIL.length);
        inflater.reset();
        inflater.setInput(input);
        byte[] output = new byte[MOST_BYTES];
        try {
            return Arrays.copyOf(output, inflater.inflate(output));
        } catch (DataFormatException e) {
            throw new IllegalStateException("cannot inflate a message", e);
        }
    }

    void close() {
        inflater.end();
    }
}
