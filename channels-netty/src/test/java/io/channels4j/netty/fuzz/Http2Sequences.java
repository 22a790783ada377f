package io.channels4j.netty.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Interleaved frames on several streams: requests with bodies and trailers, WebSockets, resets, window updates and settings. */
final class Http2Sequences implements Sequences {

    private static final int MAX_STREAMS = 6;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private static final String CONNECT = "B\u0007CONNECT\u0086D\u0003/wsA\u0001h\u0000\u0009:protocol\u0009websocket"
            + "\u0000\u0015sec-websocket-version\u000213";

    /** Request heads. The second head adds a field to the dynamic table and refers to it. */
    private static final List<String> GETS =
            List.of("\u0082\u0086D\u0005/echoA\u0001h", "\u0082\u0086D\u0007/streamA\u0001h@\u0001x\u0001y\u00be");

    private static final List<String> POSTS =
            List.of("\u0083\u0086D\u0005/echoA\u0001h", "\u0083\u0086D\u0006/earlyA\u0001h");

    @Override
    public List<byte[]> units(int number, SplittableRandom random) {
        List<ArrayDeque<byte[]>> streams = new ArrayList<>();
        int stream = number * 2 * MAX_STREAMS + 1;
        List<byte[]> all = new ArrayList<>();
        for (int i = 1 + random.nextInt(MAX_STREAMS); i > 0; i--) {
            ArrayDeque<byte[]> frames = new ArrayDeque<>(frames(stream, random));
            all.addAll(head(frames)); // new streams must start in ascending order
            streams.add(frames);
            stream += 2;
        }
        while (streams.removeIf(ArrayDeque::isEmpty) || !streams.isEmpty()) {
            if (!streams.isEmpty()) {
                all.add(streams.get(random.nextInt(streams.size())).remove());
            }
            if (random.nextInt(6) == 0) {
                all.add(ofConnection(random));
            }
        }
        return all;
    }

    /** Removes and returns the frames of the header block, which must not be interrupted by other frames. */
    private static List<byte[]> head(ArrayDeque<byte[]> frames) {
        List<byte[]> head = new ArrayList<>();
        do {
            head.add(frames.remove());
        } while ((head.get(head.size() - 1)[4] & END_HEADERS) == 0);
        return head;
    }

    private static List<byte[]> frames(int stream, SplittableRandom random) {
        List<byte[]> frames = new ArrayList<>();
        switch (random.nextInt(6)) {
            case 0, 1 -> addHead(frames, END_STREAM, stream, GETS.get(random.nextInt(2)), random);
            case 2, 3 -> {
                addHead(frames, 0, stream, POSTS.get(random.nextInt(2)), random);
                for (int i = random.nextInt(4); i > 0; i--) {
                    frames.add(frame(DATA, 0, stream, new byte[1 + random.nextInt(2000)]));
                }
                frames.add(
                        random.nextInt(4) == 0
                                ? frame(HEADERS, END_STREAM | END_HEADERS, stream, latin1("\0\u0001t\u0001v"))
                                : frame(DATA, END_STREAM, stream, new byte[random.nextInt(3)]));
            }
            default -> {
                addHead(frames, 0, stream, CONNECT, random);
                for (byte[] unit : new WebSocketSequences().units(0, random)) {
                    boolean plain = (unit[0] & 0x40) == 0; // compression is not negotiated
                    frames.add(frame(DATA, 0, stream, plain && unit.length < 16_384 ? unit : new byte[0]));
                }
                frames.add(
                        random.nextBoolean()
                                ? frame(DATA, END_STREAM, stream, new byte[0])
                                : frame(RST_STREAM, 0, stream, integer(random.nextInt(14))));
            }
        }
        if (random.nextInt(5) == 0) {
            frames.add(frame(WINDOW_UPDATE, 0, stream, integer(1 + random.nextInt(100_000))));
        }
        return frames;
    }

    private static void addHead(List<byte[]> frames, int flags, int stream, String block, SplittableRandom random) {
        byte[] bytes = latin1(block);
        int cut = random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length;
        boolean whole = cut == bytes.length;
        frames.add(frame(HEADERS, flags | (whole ? END_HEADERS : 0), stream, Arrays.copyOf(bytes, cut)));
        if (!whole) {
            frames.add(frame(CONTINUATION, END_HEADERS, stream, Arrays.copyOfRange(bytes, cut, bytes.length)));
        }
    }

    private static byte[] ofConnection(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> frame(PING, 0, 0, new byte[8]);
            case 1 -> frame(WINDOW_UPDATE, 0, 0, integer(1 + random.nextInt(100_000)));
            case 2 -> frame(PRIORITY, 0, 1 + 2 * random.nextInt(100), new byte[5]);
            default -> {
                int id = List.of(1, 3, 4, 6).get(random.nextInt(4));
                int value = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
                yield frame(
                        SETTINGS,
                        0,
                        0,
                        ByteBuffer.allocate(6)
                                .putShort((short) id)
                                .putInt(value)
                                .array());
            }
        };
    }

    private static byte[] integer(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return Http2Corpus.frame(type, flags, stream, payload);
    }
}
