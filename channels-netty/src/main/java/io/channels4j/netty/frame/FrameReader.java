package io.channels4j.netty.frame;

import io.channels4j.websocket.CloseStatus;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads client frames (RFC 6455 §5) and assembles fragments into messages. An uncompressed payload is copied directly from the
 * socket's buffer to the message. Text is validated as it arrives, so an invalid byte is detected before the frame ends.
 *
 * <p>Confined to its event loop.
 */
public final class FrameReader {

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_PART_BYTES = 16 * 1024;
    private static final byte[] EMPTY = {};

    private final Sink sink;
    private final int maxMessageBytes;
    private final Utf8Validator utf8 = new Utf8Validator();

    private final @Nullable MessageInflater inflater;

    // The header of the current frame
    private int headerBytes;
    private int headerLength;
    private int opcode;
    private boolean last;
    private boolean compressed;
    private long length;
    private int mask;

    private long read;
    private byte[] control = EMPTY;

    // The current message. Its opcode is that of its first frame, or 0 between messages.
    private int messageOpcode;
    private byte[] message = EMPTY;
    private int messageLength;

    /** The number of complete messages so far. */
    private long messages;

    /** The number of payload bytes in data frames so far. */
    private long dataBytes;

    /** The number of bytes of a compressed message that have arrived. */
    private long compressedLength;

    /** Receives the messages and control frames that the reader has read. */
    public interface Sink {

        void text(byte[] utf8);

        void binary(byte[] bytes);

        void ping(byte[] payload);

        /** Called for the peer's close frame. The code is 1005 if the frame contains none. */
        void close(int code, String reason);
    }

    /**
     * Creates a reader.
     *
     * @param inflater the inflater for compressed messages, or null if compression was not negotiated
     */
    public FrameReader(int maxMessageBytes, @Nullable MessageInflater inflater, Sink sink) {
        this.maxMessageBytes = maxMessageBytes;
        this.inflater = inflater;
        this.sink = sink;
    }

    /** Releases the memory of the message and of the inflater. {@link #read} must not be called afterwards. */
    public void release() {
        dropMessage();
        if (inflater != null) {
            inflater.release();
        }
    }

    /** Releases the memory of the incomplete message. {@link #read} must not be called afterwards. */
    public void dropMessage() {
        message = EMPTY;
    }

    /** Returns the memory that the incomplete message occupies, in bytes. */
    public int messageMemory() {
        return message.length;
    }

    /** Returns true if part of a frame or message has arrived, but not all of it. */
    public boolean isWithinMessage() {
        return headerBytes > 0 || messageOpcode != 0;
    }

    /** Returns the number of complete messages so far. */
    public long messages() {
        return messages;
    }

    /**
     * Returns the number of payload bytes in data frames so far. Control frames do not count, because they do not advance a
     * message.
     */
    public long dataBytes() {
        return dataBytes;
    }

    /**
     * Reads up to the end of one frame. If the frame is not complete, reads all available bytes.
     *
     * @throws ProtocolViolation if the peer violates the protocol or a message exceeds the size limit
     */
    public void read(ByteBuf in) {
        if (!readHeader(in)) {
            return;
        }
        int n = (int) Math.min(length - read, in.readableBytes());
        if (opcode >= CLOSE) {
            in.readBytes(control, (int) read, n);
            Masking.unmask(control, (int) read, (int) read + n, mask, read);
        } else {
            readData(in, n);
        }
        read += n;
        if (read == length) {
            headerBytes = 0;
            endFrame();
        }
    }

    // ---- the header, which may arrive byte by byte ----

    private boolean readHeader(ByteBuf in) {
        if (headerBytes > 1 && headerBytes == headerLength) {
            return true;
        }
        while (in.isReadable()) {
            int b = in.readUnsignedByte();
            switch (headerBytes++) {
                case 0 -> first(b);
                case 1 -> second(b);
                default -> further(b);
            }
            if (headerBytes > 1 && headerBytes == headerLength) {
                begin();
                return true;
            }
        }
        return false;
    }

    private void first(int b) {
        last = (b & 0x80) != 0;
        opcode = b & 0x0f;
        require((b & 0x30) == 0, "reserved bits are set without a negotiated extension");
        boolean marked = (b & 0x40) != 0;
        require(
                !marked || inflater != null && (opcode == TEXT || opcode == BINARY),
                "a frame is compressed without negotiated compression");
        boolean known = opcode <= BINARY || opcode >= CLOSE && opcode <= PONG;
        require(known, "opcode " + opcode + " is reserved");
        require(last || opcode < CLOSE, "a control frame is fragmented");
        require(opcode != CONTINUATION || messageOpcode != 0, "a continuation frame follows no fragment");
        require(
                opcode != TEXT && opcode != BINARY || messageOpcode == 0,
                "a new message starts before the previous one is complete");
        if (opcode == TEXT || opcode == BINARY) {
            compressed = marked;
            compressedLength = 0;
        }
    }

    private void second(int b) {
        require((b & 0x80) != 0, "a client's frame is not masked");
        int announced = b & 0x7f;
        require(opcode < CLOSE || announced <= MAX_CONTROL_BYTES, "a control frame has more than 125 bytes");
        int lengthBytes = announced < 126 ? 0 : announced == 126 ? 2 : 8;
        length = lengthBytes == 0 ? announced : 0;
        headerLength = 2 + lengthBytes + 4;
        mask = 0;
    }

    private void further(int b) {
        if (headerBytes <= headerLength - 4) {
            length = length << 8 | b;
            if (headerBytes == headerLength - 4) {
                require(length >= 0, "the length of a frame is negative");
                require(
                        length >= (headerLength == 8 ? 126 : 65536),
                        "the length of a frame is not in its shortest form");
            }
        } else {
            mask = mask << 8 | b;
        }
    }

    private void begin() {
        read = 0;
        if (opcode >= CLOSE) {
            control = length == 0 ? EMPTY : new byte[(int) length];
            return;
        }
        if (compressed ? length > maxCompressedBytes() - compressedLength : length > maxMessageBytes - messageLength) {
            throw tooBig();
        }
        if (opcode != CONTINUATION) {
            messageOpcode = opcode;
            utf8.reset();
        }
    }

    /** Returns the maximum size of a compressed message. Deflate enlarges incompressible data by only a few bytes. */
    private long maxCompressedBytes() {
        return maxMessageBytes + (maxMessageBytes >> 6) + 64L;
    }

    private ProtocolViolation tooBig() {
        return new ProtocolViolation(
                CloseStatus.MESSAGE_TOO_BIG.because("limit: " + maxMessageBytes + " bytes"),
                "a message has more than " + maxMessageBytes + " bytes");
    }

    private static void require(boolean holds, String description) {
        if (!holds) {
            throw new ProtocolViolation(CloseStatus.PROTOCOL_ERROR, description);
        }
    }

    // ---- the payload ----

    private void readData(ByteBuf in, int n) {
        if (n == 0) {
            return;
        }
        dataBytes += n;
        if (compressed && inflater != null) {
            readCompressed(inflater, in, n);
            return;
        }
        makeRoom(n);
        int end = messageLength + n;
        in.readBytes(message, messageLength, n);
        Masking.unmask(message, messageLength, end, mask, read);
        grown(end);
    }

    private void grown(int end) {
        if (messageOpcode == TEXT && !utf8.accepts(message, messageLength, end)) {
            throw notUtf8("a text message is not UTF-8");
        }
        messageLength = end;
    }

    private void readCompressed(MessageInflater by, ByteBuf in, int n) {
        compressedLength += n;
        byte[] part = new byte[Math.min(n, MAX_PART_BYTES)];
        for (int done = 0; done < n; ) {
            int size = Math.min(part.length, n - done);
            in.readBytes(part, 0, size);
            Masking.unmask(part, 0, size, mask, read + done);
            by.inflate(part, size, this::inflated);
            done += size;
        }
    }

    private void inflated(byte[] bytes, int n) {
        if (n > maxMessageBytes - messageLength) {
            throw tooBig();
        }
        makeRoom(n);
        System.arraycopy(bytes, 0, message, messageLength, n);
        grown(messageLength + n);
    }

    /**
     * Allocates memory in proportion to the bytes that have arrived. A client therefore cannot make the server allocate memory
     * by announcing a length.
     */
    private void makeRoom(int more) {
        int needed = messageLength + more;
        if (needed > message.length) {
            boolean exact = !compressed && last && read + more == length;
            message = Arrays.copyOf(
                    message, exact ? needed : Math.min(maxMessageBytes, Math.max(needed, 2 * messageLength)));
        }
    }

    private void endFrame() {
        switch (opcode) {
            case CLOSE -> endClose();
            case PING -> sink.ping(control);
            case PONG -> {
                // any input counts as the reply to a ping
            }
            default -> {
                if (last) {
                    endMessage();
                }
            }
        }
        control = EMPTY;
    }

    private void endMessage() {
        messages++;
        if (compressed && inflater != null) {
            inflater.endMessage(this::inflated);
            compressed = false;
        }
        byte[] whole = messageLength == message.length ? message : Arrays.copyOf(message, messageLength);
        boolean text = messageOpcode == TEXT;
        message = EMPTY;
        messageLength = 0;
        messageOpcode = 0;
        if (!text) {
            sink.binary(whole);
        } else if (utf8.complete()) {
            sink.text(whole);
        } else {
            throw notUtf8("a text message ends within a character");
        }
    }

    private void endClose() {
        if (control.length == 0) {
            sink.close(CloseStatus.NO_STATUS_CODE, "");
            return;
        }
        require(control.length > 1, "a close frame contains only half of a code");
        int code = (control[0] & 0xff) << 8 | control[1] & 0xff;
        require(mayBeSent(code), "close code " + code + " may not be sent");
        utf8.reset();
        if (!utf8.accepts(control, 2, control.length) || !utf8.complete()) {
            throw notUtf8("the reason of a close frame is not UTF-8");
        }
        sink.close(code, new String(control, 2, control.length - 2, StandardCharsets.UTF_8));
    }

    /** Returns true if a peer may send this close code (RFC 6455 §7.4 and the IANA registry of close codes). */
    private static boolean mayBeSent(int code) {
        return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
    }

    private static ProtocolViolation notUtf8(String description) {
        return new ProtocolViolation(CloseStatus.INVALID_PAYLOAD, description);
    }
}
