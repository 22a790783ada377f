package io.channels4j.netty.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sequences of a valid prefix, a mutation, and a remainder that was valid before the mutation. Such input reaches
 * server states that a single invalid message does not reach.
 */
final class SequenceCorpus implements Corpus {

    /** The number of bytes at the start of a unit that determine its meaning, such as the head of a frame. */
    private static final int HEAD_BYTES = 9;

    private final Corpus protocol;
    private final Sequences sequences;
    private final boolean mutates;
    private final Mutations bytes = new Mutations(List.of("\0", "\u00ff", "\u0080", "\r\n", "0\r\n\r\n", "\0\0\0\0"));

    /** Creates a corpus of sequences. {@code protocol} supplies the preamble and the probes. */
    SequenceCorpus(Corpus protocol, Sequences sequences) {
        this(protocol, sequences, true);
    }

    private SequenceCorpus(Corpus protocol, Sequences sequences, boolean mutates) {
        this.protocol = protocol;
        this.sequences = sequences;
        this.mutates = mutates;
    }

    /** Returns a corpus of the same sequences without mutations. */
    Corpus withoutMutation() {
        return new SequenceCorpus(protocol, sequences, false);
    }

    @Override
    public byte[] preamble() {
        return protocol.preamble();
    }

    @Override
    public byte[] input(int number, SplittableRandom random) {
        List<byte[]> units = new ArrayList<>(sequences.units(number, random));
        if (mutates) {
            mutate(units, number, random);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        units.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private void mutate(List<byte[]> units, int number, SplittableRandom random) {
        int at = random.nextInt(units.size());
        byte[] unit = units.get(at);
        switch (random.nextInt(9)) {
            case 0 -> units.remove(at);
            case 1 -> units.add(at, unit);
            case 2 -> units.set(at, units.set(random.nextInt(units.size()), unit));
            case 3 -> units.set(at, bytes.apply(unit, random));
            case 4 -> units.set(at, Arrays.copyOf(unit, random.nextInt(unit.length + 1)));
            case 5 -> {
                units.subList(at + 1, units.size()).clear();
                units.set(at, Arrays.copyOf(unit, random.nextInt(unit.length + 1)));
            }
            case 6 -> units.add(at, foreign(Math.max(0, number - 1 + random.nextInt(3)), random));
            case 7 -> units.set(at, withFlippedBit(unit, random));
            default -> {
                // the sequence stays valid
            }
        }
    }

    /** Returns a unit from another sequence, possibly from one that was sent earlier on the connection. */
    private byte[] foreign(int number, SplittableRandom random) {
        List<byte[]> other = sequences.units(number, random);
        return other.get(random.nextInt(other.size()));
    }

    private static byte[] withFlippedBit(byte[] unit, SplittableRandom random) {
        byte[] flipped = unit.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(Math.min(HEAD_BYTES, flipped.length))] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    @Override
    public byte[] probe(int number) {
        return protocol.probe(number);
    }

    @Override
    public byte[] answer(int number) {
        return protocol.answer(number);
    }
}
