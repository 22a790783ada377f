package io.channels4j.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What became of the messages of one kind while something broke. All reports of a run are lines of {@code target/faults.txt}.
 *
 * @param fault what broke
 * @param way which layer, and whether it is a group or a queue
 * @param sent how many messages were handed to the layer
 * @param confirmed how many of them it took
 * @param delivered how many arrived, doubles included
 * @param lost how many of those it took did not arrive
 * @param doubled how many arrived once more than they should
 * @param late how many arrived for the first time behind one that was sent after them
 * @param millis how long it took from the fault until both sides were up again
 */
record FaultReport(
        String fault,
        String way,
        int sent,
        int confirmed,
        int delivered,
        int lost,
        int doubled,
        int late,
        long millis) {

    private static final Path FILE = Path.of("target", "faults.txt");

    /** Compares what was confirmed with what arrived. */
    static FaultReport of(
            String fault, String way, int sent, Set<Integer> confirmed, List<Integer> delivered, long millis) {
        Set<Integer> different = new HashSet<>();
        int last = -1;
        int late = 0;
        for (int number : delivered) {
            if (different.add(number)) {
                late += number < last ? 1 : 0;
                last = Math.max(last, number);
            }
        }
        int lost = (int) confirmed.stream().filter(i -> !different.contains(i)).count();
        int doubled = delivered.size() - different.size();
        return new FaultReport(fault, way, sent, confirmed.size(), delivered.size(), lost, doubled, late, millis);
    }

    void print() {
        String line =
                "%-44s %-13s sent %6d, refused %5d, delivered %6d, lost %4d, doubled %4d, out of order %d, up after %.1f s%n"
                        .formatted(fault, way, sent, sent - confirmed, delivered, lost, doubled, late, millis / 1000.0);
        System.out.print(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
