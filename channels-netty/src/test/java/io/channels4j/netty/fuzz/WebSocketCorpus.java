package io.channels4j.netty.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

/**
 * Frames after a valid handshake, with or without compression. They contain complete and fragmented messages, and
 * control frames between fragments.
 */
final class WebSocketCorpus implements Corpus {

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int FLUSH_TAIL = 4;

    private final boolean deflate;
    private final Mutations frames = new Mutations(List.of(
            "\u0081\u0080\0\0\0\0",
            "\u0082\u00fe\0\u0005\0\0\0\0hello",
            "\u0082\u00ff\0\0\0\0\0\0\0\u0001\0\0\0\0x",
            "\u0082\u00ff\u0080\0\0\0\0\0\0\0",
            "\u0082\u00ff\0\0\0\0\0\u00ff\u00ff\u00ff\0\0\0\0",
            "\u0088\u0082\0\0\0\0\u0003\u00e8",
            "\u0088\u0081\0\0\0\0\u0003",
            "\u0000\u0080\0\0\0\0",
            "\u00c1\u0081\0\0\0\0\0",
            "\u0081\u0003abc",
            "\u008f\u0080\0\0\0\0",
            "\u00ff",
            "\0"));
    private final Mutations payloads = new Mutations(List.of(
            "\u00c0\u0080",
            "\u00ed\u00a0\u0080",
            "\u00f4\u0090\u0080\u0080",
            "\u00e2\u0082",
            "\u00ff",
            "\0",
            "\u0003\u00ed"));

    WebSocketCorpus(boolean deflate) {
        this.deflate = deflate;
    }

    @Override
    public byte[] preamble() {
        return ("GET /ws HTTP/1.1\r\n"
                        + "Host: h\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + (deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "")
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] input(int number, SplittableRandom random) {
        byte[] valid = message(random);
        return random.nextInt(3) == 0 ? valid : frames.apply(valid, random);
    }

    private byte[] message(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> frame(FINAL | PING, mutated(text(random, 125), random), random);
            case 1 -> frame(FINAL | PONG, text(random, 125), random);
            case 2 -> frame(FINAL | CLOSE, close(random), random);
            case 3, 4 -> fragments(random);
            default -> {
                boolean compressed = deflate && random.nextBoolean();
                byte[] payload = payload(random, compressed);
                yield frame(FINAL | opcode(random) | (compressed ? COMPRESSED : 0), payload, random);
            }
        };
    }

    private byte[] fragments(SplittableRandom random) {
        boolean compressed = deflate && random.nextBoolean();
        byte[] payload = payload(random, compressed);
        int cut = random.nextInt(payload.length + 1);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(frame(opcode(random) | (compressed ? COMPRESSED : 0), Arrays.copyOf(payload, cut), random));
        if (random.nextBoolean()) {
            message.writeBytes(frame(FINAL | PING, new byte[0], random));
        }
        message.writeBytes(frame(FINAL | CONTINUATION, Arrays.copyOfRange(payload, cut, payload.length), random));
        return message.toByteArray();
    }

    private byte[] payload(SplittableRandom random, boolean compressed) {
        byte[] plain = text(random, random.nextInt(64) == 0 ? 70_000 : 300);
        return mutated(compressed ? deflated(plain) : plain, random);
    }

    private byte[] mutated(byte[] payload, SplittableRandom random) {
        return random.nextInt(3) == 0 ? payloads.apply(payload, random) : payload;
    }

    private static int opcode(SplittableRandom random) {
        return random.nextBoolean() ? TEXT : BINARY;
    }

    private static byte[] text(SplittableRandom random, int max) {
        byte[] utf8 = "h\u00e9llo \u20ac \ud83d\ude00 ".getBytes(StandardCharsets.UTF_8);
        byte[] text = new byte[random.nextInt(max + 1)];
        for (int i = 0; i < text.length; i++) {
            text[i] = utf8[i % utf8.length];
        }
        return text;
    }

    private static byte[] close(SplittableRandom random) {
        byte[] reason = text(random, 123);
        return ByteBuffer.allocate(2 + reason.length)
                .putShort((short) (990 + random.nextInt(40)))
                .put(reason)
                .array();
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(plain);
        byte[] out = new byte[plain.length + 64];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, Math.max(1, length - FLUSH_TAIL));
    }

    static byte[] frame(int first, byte[] payload, SplittableRandom random) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            frame.put((byte) 0xfe).putShort((short) payload.length);
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        int mask = random.nextInt();
        frame.putInt(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask >>> 24 - 8 * (i & 3)));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] marker(int number) {
        return "probe %08d".formatted(number).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] probe(int number) {
        return frame(FINAL | PING, marker(number), new SplittableRandom(number));
    }

    @Override
    public byte[] answer(int number) {
        byte[] marker = marker(number);
        return ByteBuffer.allocate(2 + marker.length)
                .put((byte) (FINAL | PONG))
                .put((byte) marker.length)
                .put(marker)
                .array();
    }
}
