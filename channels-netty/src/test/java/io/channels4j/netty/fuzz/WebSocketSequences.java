package io.channels4j.netty.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

/**
 * Messages in frames, interleaved with control frames. Most messages are compressed. The compressed messages of a sequence share
 * one context (RFC 7692 §7.2.1).
 */
final class WebSocketSequences implements Sequences {

    private static final int MAX_MESSAGES = 6;
    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int FLUSH_TAIL = 4;

    @Override
    public List<byte[]> units(int number, SplittableRandom random) {
        List<byte[]> frames = new ArrayList<>();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            for (int i = 1 + random.nextInt(MAX_MESSAGES); i > 0; i--) {
                addMessage(frames, deflater, random);
            }
        } finally {
            deflater.end();
        }
        if (random.nextInt(8) == 0) {
            frames.add(WebSocketCorpus.frame(FINAL | 8, new byte[] {3, (byte) 0xe8}, random));
        }
        return frames;
    }

    private static void addMessage(List<byte[]> frames, Deflater deflater, SplittableRandom random) {
        byte[] text = "h\u00e9llo \u20ac %d "
                .formatted(random.nextInt(1000))
                .repeat(random.nextInt(random.nextInt(30) == 0 ? 4000 : 20))
                .getBytes(StandardCharsets.UTF_8);
        boolean compressed = random.nextInt(4) > 0;
        byte[] payload = compressed ? deflated(text, deflater) : text;
        int first = 1 | (compressed ? COMPRESSED : 0);
        int fragments = 1 + random.nextInt(3);
        for (int i = 0; i < fragments; i++) {
            int from = payload.length * i / fragments;
            int to = payload.length * (i + 1) / fragments;
            int last = i == fragments - 1 ? FINAL : 0;
            frames.add(
                    WebSocketCorpus.frame(last | (i == 0 ? first : 0), Arrays.copyOfRange(payload, from, to), random));
            if (random.nextInt(3) == 0) {
                int control = random.nextBoolean() ? 9 : 10;
                frames.add(WebSocketCorpus.frame(FINAL | control, new byte[random.nextInt(126)], random));
            }
        }
    }

    private static byte[] deflated(byte[] plain, Deflater deflater) {
        deflater.setInput(plain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        int length = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
        while (length == part.length) {
            out.write(part, 0, length);
            length = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
        }
        out.write(part, 0, length);
        byte[] all = out.toByteArray();
        return all.length < FLUSH_TAIL ? new byte[] {0} : Arrays.copyOf(all, all.length - FLUSH_TAIL);
    }
}
