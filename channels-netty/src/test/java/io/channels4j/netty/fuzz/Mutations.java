package io.channels4j.netty.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Spoils bytes: flips, cuts, doubles, swaps, and puts in what parsers stumble over. */
final class Mutations {

    private static final int MOST = 4;

    private final List<byte[]> stumblingBlocks;

    /** Creates mutations that know the stumbling blocks of a protocol. */
    Mutations(List<String> latin1) {
        stumblingBlocks = latin1.stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** Returns a spoilt copy. */
    byte[] of(byte[] right, SplittableRandom random) {
        byte[] bytes = right.clone();
        for (int i = 1 + random.nextInt(MOST); i > 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private byte[] once(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return block(random);
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
        return switch (random.nextInt(8)) {
            case 0 -> with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
            case 1 -> with(bytes, at, (byte) random.nextInt(256));
            case 2 -> replaced(bytes, at, length, new byte[0]);
            case 3 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 4 -> replaced(bytes, at, 0, block(random));
            case 5 -> replaced(bytes, at, length, block(random));
            case 6 -> Arrays.copyOf(bytes, at);
            default -> swapped(bytes, at, random.nextInt(bytes.length));
        };
    }

    private byte[] block(SplittableRandom random) {
        return stumblingBlocks.get(random.nextInt(stumblingBlocks.size()));
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        bytes[at] = value;
        return bytes;
    }

    private static byte[] swapped(byte[] bytes, int one, int other) {
        byte kept = bytes[one];
        bytes[one] = bytes[other];
        bytes[other] = kept;
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        byte[] result = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
        return result;
    }
}
