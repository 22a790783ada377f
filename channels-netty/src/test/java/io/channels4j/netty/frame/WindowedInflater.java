package io.channels4j.netty.frame;

import java.util.Arrays;

/** A small inflater (RFC 1951) that measures the distances of references, which may refer to earlier messages. */
final class WindowedInflater {

    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private byte[] out = new byte[1 << 16];
    private int length;
    private byte[] in = {};
    private int position;
    private int maxDistance;
    private int references;

    /**
     * A canonical Huffman code. It consists of the number of codes of each length, and the symbols in the order of
     * their codes.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Huffman(int[] counts, int[] symbols) {

        static Huffman of(int... lengths) {
            int[] counts = new int[16];
            for (int length : lengths) {
                counts[length]++;
            }
            int[] offsets = new int[16];
            for (int length = 1; length < 15; length++) {
                offsets[length + 1] = offsets[length] + counts[length];
            }
            int[] symbols = new int[lengths.length];
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] != 0) {
                    symbols[offsets[lengths[symbol]]++] = symbol;
                }
            }
            return new Huffman(counts, symbols);
        }
    }

    /** Returns the largest distance of a reference so far. */
    int maxDistance() {
        return maxDistance;
    }

    /** Returns the number of references so far. */
    int references() {
        return references;
    }

    /** Inflates a message from which the sender removed the tail (RFC 7692 §7.2.1). */
    byte[] inflate(byte[] message) {
        in = Arrays.copyOf(message, message.length + 4);
        in[in.length - 2] = (byte) 0xff;
        in[in.length - 1] = (byte) 0xff;
        position = 0;
        int before = length;
        while (position < in.length * 8) {
            block();
        }
        return Arrays.copyOfRange(out, before, length);
    }

    private int bits(int n) {
        int value = 0;
        for (int i = 0; i < n; i++, position++) {
            value |= (in[position >> 3] >> (position & 7) & 1) << i;
        }
        return value;
    }

    private void block() {
        if (bits(1) != 0) {
            throw new AssertionError("a block is marked as the last one of the stream");
        }
        switch (bits(2)) {
            case 0 -> stored();
            case 1 -> codes(fixedLengths(), Huffman.of(filled(30, 5)));
            case 2 -> dynamic();
            default -> throw new AssertionError("a block has the reserved type");
        }
    }

    private void stored() {
        position = (position + 7) & ~7;
        int size = bits(16);
        if (bits(16) != (~size & 0xffff)) {
            throw new AssertionError("the length of a stored block is damaged");
        }
        for (int i = 0; i < size; i++, position += 8) {
            write(in[position >> 3]);
        }
    }

    private static int[] filled(int size, int value) {
        int[] filled = new int[size];
        Arrays.fill(filled, value);
        return filled;
    }

    private static Huffman fixedLengths() {
        int[] lengths = filled(288, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        return Huffman.of(lengths);
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int[] codeLengths = new int[19];
        for (int i = 0, n = bits(4) + 4; i < n; i++) {
            codeLengths[CODE_LENGTH_ORDER[i]] = bits(3);
        }
        Huffman code = Huffman.of(codeLengths);
        int[] lengths = new int[literals + distances];
        for (int i = 0; i < lengths.length; ) {
            int symbol = symbol(code);
            int repeat = 1;
            int value = symbol;
            if (symbol == 16) {
                value = lengths[i - 1];
                repeat = 3 + bits(2);
            } else if (symbol > 16) {
                value = 0;
                repeat = symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            }
            Arrays.fill(lengths, i, i + repeat, value);
            i += repeat;
        }
        codes(
                Huffman.of(Arrays.copyOf(lengths, literals)),
                Huffman.of(Arrays.copyOfRange(lengths, literals, lengths.length)));
    }

    private int symbol(Huffman code) {
        int value = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length < 16; length++) {
            value |= bits(1);
            int count = code.counts()[length];
            if (value - count < first) {
                return code.symbols()[index + value - first];
            }
            index += count;
            first = (first + count) << 1;
            value <<= 1;
        }
        throw new AssertionError("a code has more than 15 bits");
    }

    private void codes(Huffman literals, Huffman distances) {
        for (int symbol = symbol(literals); symbol != 256; symbol = symbol(literals)) {
            if (symbol < 256) {
                write((byte) symbol);
            } else {
                int size = LENGTH_BASE[symbol - 257] + bits(LENGTH_BITS[symbol - 257]);
                copy(size, distance(symbol(distances)));
            }
        }
    }

    private int distance(int symbol) {
        int extra = Math.max(0, symbol / 2 - 1);
        int base = symbol < 4 ? symbol + 1 : (2 + symbol % 2 << extra) + 1;
        return base + bits(extra);
    }

    private void copy(int size, int distance) {
        references++;
        maxDistance = Math.max(maxDistance, distance);
        for (int i = 0; i < size; i++) {
            write(out[length - distance]);
        }
    }

    private void write(byte b) {
        out = length == out.length ? Arrays.copyOf(out, 2 * length) : out;
        out[length++] = b;
    }
}
