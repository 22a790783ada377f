package io.channels4j.netty.frame;

import io.channels4j.websocket.CloseStatus;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes unmasked server frames (RFC 6455 §5.2). Messages are not fragmented. */
public final class FrameWriter {

    /** The maximum header size of an unmasked frame. */
    public static final int MAX_HEADER_BYTES = 10;

    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private FrameWriter() {}

    /** Returns the header size of a frame with the given payload size. */
    public static int headerBytes(int payload) {
        return payload < 126 ? 2 : payload < 65536 ? 4 : MAX_HEADER_BYTES;
    }

    /** Writes a message as one frame. */
    public static void write(ByteBuf out, boolean text, byte[] payload) {
        header(out, FINAL | (text ? TEXT : BINARY), payload.length);
        out.writeBytes(payload);
    }

    /** Writes a compressed message as one frame (RFC 7692 §6). */
    public static void writeCompressed(ByteBuf out, boolean text, ByteBuffer compressed) {
        header(out, FINAL | COMPRESSED | (text ? TEXT : BINARY), compressed.remaining());
        out.writeBytes(compressed);
    }

    private static void header(ByteBuf out, int first, int n) {
        out.writeByte(first);
        if (n < 126) {
            out.writeByte(n);
        } else if (n < 65536) {
            out.writeByte(126).writeShort(n);
        } else {
            out.writeByte(127).writeLong(n);
        }
    }

    /** Returns a close frame. It contains no code if {@code code} is 1005. */
    public static byte[] close(int code, String reason) {
        if (code == CloseStatus.NO_STATUS_CODE) {
            return control(CLOSE, new byte[0]);
        }
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        return control(
                CLOSE,
                ByteBuffer.allocate(2 + utf8.length)
                        .putShort((short) code)
                        .put(utf8)
                        .array());
    }

    public static byte[] ping() {
        return control(PING, new byte[0]);
    }

    public static byte[] pong(byte[] payload) {
        return control(PONG, payload);
    }

    private static byte[] control(int opcode, byte[] payload) {
        return ByteBuffer.allocate(2 + payload.length)
                .put((byte) (FINAL | opcode))
                .put((byte) payload.length)
                .put(payload)
                .array();
    }
}
