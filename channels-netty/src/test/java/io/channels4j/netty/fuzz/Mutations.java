package io.channels4j.netty.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Randomly flips, removes, repeats and swaps bytes, and inserts tokens that are significant to parsers. */
final class Mutations {

    private static final int MAX_MUTATIONS = 4;

    private final List<byte[]> tokens;

    /** Creates mutations that insert the given tokens of a protocol. */
    Mutations(List<String> latin1) {
        tokens = latin1.stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** Returns a mutated copy of the input. */
    byte[] apply(byte[] valid, SplittableRandom random) {
        byte[] bytes = valid.clone();
        for (int i = 1 + random.nextInt(MAX_MUTATIONS); i > 0; i--) {
            bytes = mutate(bytes, random);
        }
        return bytes;
    }

    private byte[] mutate(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return token(random);
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
        return switch (random.nextInt(8)) {
            case 0 -> with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
            case 1 -> with(bytes, at, (byte) random.nextInt(256));
            case 2 -> replaced(bytes, at, length, new byte[0]);
            case 3 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 4 -> replaced(bytes, at, 0, token(random));
            case 5 -> replaced(bytes, at, length, token(random));
            case 6 -> Arrays.copyOf(bytes, at);
            default -> swapped(bytes, at, random.nextInt(bytes.length));
        };
    }

    private byte[] token(SplittableRandom random) {
        return tokens.get(random.nextInt(tokens.size()));
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        bytes[at] = value;
        return bytes;
    }

    private static byte[] swapped(byte[] bytes, int one, int other) {
        byte first = bytes[one];
        bytes[one] = bytes[other];
        bytes[other] = first;
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
