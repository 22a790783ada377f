package io.channels4j.netty.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** HTTP/2 frames, sent with prior knowledge. They contain HPACK header blocks, bodies and control frames. */
final class Http2Corpus implements Corpus {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** HPACK header blocks that use the static table. Each is a GET, POST or CONNECT request for a known path. */
    private static final List<String> HEADS = List.of(
            "\u0082\u0086\u0084A\u0001h",
            "\u0082\u0086D\u0005/echoA\u0001h",
            "\u0083\u0086D\u0005/echoA\u0001h\\\u00015",
            "\u0083\u0086D\u0006/earlyA\u0001h",
            "\u0082\u0086D\u0007/streamA\u0001h",
            "B\u0007CONNECT\u0086D\u0003/wsA\u0001h\u0000\u0009:protocol\u0009websocket"
                    + "\u0000\u0015sec-websocket-version\u000213");

    private final Mutations mutations = new Mutations(List.of(
            "\0",
            "\u00ff",
            "\u0080",
            "\u00be",
            "?\u00e1\u001f",
            "@\u0001a\u0001b",
            "\u0000\u0001A\u0001b",
            "\u0000\u0004:foo\u0001b",
            "\u0000\nconnection\u0005close",
            "\u0000\u0002te\u0004gzip",
            "\u0000\u0001a\u0003x\r\n",
            "@\u0081\u00ff\u0081\u00ff",
            "\u0000\u00ff\u00ff\u00ff\u00ff\u000f",
            "\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
            "\u0010\u0006cookie\u0003a=b",
            "\0\0\u0004\u0008\0\0\0\0\0\0\0\0\0",
            "\0\0\0\u0004\u0001\0\0\0\0"));

    @Override
    public byte[] preamble() {
        return joined(
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                frame(SETTINGS, 0, 0, new byte[0]),
                frame(SETTINGS, ACK, 0, new byte[0]));
    }

    @Override
    public byte[] input(int number, SplittableRandom random) {
        int stream = 2 * number + 1;
        return switch (random.nextInt(8)) {
            case 0 -> mutations.apply(request(stream, random), random);
            case 1 -> mutations.apply(control(stream, random), random);
            case 2 -> control(stream, random);
            case 3 -> frame(random.nextInt(12), random.nextInt(64), random.nextInt(3) * stream, bytes(random));
            default -> request(stream, random);
        };
    }

    /** Returns a request in valid frames, with a header block that is usually invalid. */
    private byte[] request(int stream, SplittableRandom random) {
        byte[] head = latin1(HEADS.get(random.nextInt(HEADS.size())));
        byte[] block = random.nextInt(4) == 0 ? head : mutations.apply(head, random);
        int end = random.nextInt(2) * END_STREAM;
        byte[] headers = random.nextInt(4) == 0
                ? split(end, stream, block, random.nextInt(block.length + 1))
                : frame(HEADERS, END_HEADERS | end, stream, block);
        return end == END_STREAM ? headers : joined(headers, frame(DATA, END_STREAM, stream, latin1("hello")));
    }

    private static byte[] split(int flags, int stream, byte[] block, int cut) {
        return joined(
                frame(HEADERS, flags, stream, Arrays.copyOf(block, cut)),
                frame(CONTINUATION, END_HEADERS, stream, Arrays.copyOfRange(block, cut, block.length)));
    }

    private static byte[] control(int stream, SplittableRandom random) {
        int earlier = Math.max(1, stream - 2 * random.nextInt(3));
        return switch (random.nextInt(8)) {
            case 0 -> frame(PRIORITY, 0, earlier, integers(random.nextInt(), 16));
            case 1 -> frame(RST_STREAM, 0, earlier, integer(random.nextInt(16)));
            case 2 -> frame(SETTINGS, 0, 0, setting(random));
            case 3 -> frame(PUSH_PROMISE, END_HEADERS, earlier, integers(stream + 1, 0x82));
            case 4 -> frame(GOAWAY, 0, 0, joined(integer(earlier), integer(random.nextInt(16))));
            case 5 -> frame(WINDOW_UPDATE, 0, random.nextInt(2) * earlier, integer(random.nextInt()));
            case 6 -> frame(CONTINUATION, END_HEADERS, earlier, latin1("\u0082"));
            default -> frame(DATA, random.nextInt(2), earlier, bytes(random));
        };
    }

    private static byte[] setting(SplittableRandom random) {
        return ByteBuffer.allocate(6)
                .putShort((short) (1 + random.nextInt(9)))
                .putInt(random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(100_000))
                .array();
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] integer(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] integers(int value, int last) {
        return ByteBuffer.allocate(5).putInt(value).put((byte) last).array();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putShort((short) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static byte[] marker(int number) {
        return ByteBuffer.allocate(8).putInt(0x70726f62).putInt(number).array();
    }

    @Override
    public byte[] probe(int number) {
        return frame(PING, 0, 0, marker(number));
    }

    @Override
    public byte[] answer(int number) {
        return frame(PING, ACK, 0, marker(number));
    }
}
