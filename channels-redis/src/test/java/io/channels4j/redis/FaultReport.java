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
 * The results for one kind of message during a fault. Each report is a line in {@code target/faults.txt}.
 *
 * @param fault the fault
 * @param way the layer and the kind of destination, a group or a queue
 * @param sent the number of messages sent
 * @param confirmed the number of sent messages that the layer confirmed
 * @param delivered the number of messages that arrived, including duplicates
 * @param lost the number of confirmed messages that did not arrive
 * @param duplicated the number of duplicates
 * @param late the number of messages that arrived after a message that was sent later
 * @param millis the time in milliseconds from the fault until both sides were up again
 * @param reported what the listeners received, and the failures that the health counted
 */
record FaultReport(
        String fault,
        String way,
        int sent,
        int confirmed,
        int delivered,
        int lost,
        int duplicated,
        int late,
        long millis,
        String reported) {

    private static final Path FILE = Path.of("target", "faults.txt");

    /** Compares the confirmed messages with the delivered ones. */
    static FaultReport of(
            String fault,
            String way,
            int sent,
            Set<Integer> confirmed,
            List<Integer> delivered,
            long millis,
            String reported) {
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
        int duplicated = delivered.size() - different.size();
        return new FaultReport(
                fault, way, sent, confirmed.size(), delivered.size(), lost, duplicated, late, millis, reported);
    }

    void print() {
        String line =
                "%-44s %-13s sent %6d, rejected %5d, delivered %6d, lost %4d, duplicated %4d, out of order %d, up after %.1f s, %s%n"
                        .formatted(
                                fault,
                                way,
                                sent,
                                sent - confirmed,
                                delivered,
                                lost,
                                duplicated,
                                late,
                                millis / 1000.0,
                                reported);
        System.out.print(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
