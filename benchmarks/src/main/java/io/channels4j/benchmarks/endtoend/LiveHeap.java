package io.channels4j.benchmarks.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The reachable objects on the heap of a process, determined by a full collection.
 *
 * @param bytes the number of bytes per class, with the class names of the histogram
 */
record LiveHeap(Map<String, Long> bytes) {

    /** Reads the histogram of a process of the same user through {@code jcmd}. */
    static LiveHeap of(ProcessHandle process) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process asking = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return parse(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LiveHeap parse(String histogram) {
        Map<String, Long> bytes = new HashMap<>();
        for (String line : histogram.lines().toList()) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length >= 4 && columns[0].matches("\\d+:")) {
                bytes.merge(columns[3], Long.parseLong(columns[2]), Long::sum);
            }
        }
        if (bytes.isEmpty()) {
            throw new IllegalStateException("jcmd: \"%s\" (expected: a histogram)".formatted(histogram));
        }
        return new LiveHeap(bytes);
    }

    long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns the classes that have grown most since an earlier histogram, one per line. Each line contains the growth
     * per connection.
     */
    List<String> growthPerConnection(LiveHeap since, int connections, int lines) {
        return bytes.entrySet().stream()
                .map(now -> Map.entry(now.getKey(), now.getValue() - since.bytes.getOrDefault(now.getKey(), 0L)))
                .sorted(Comparator.comparing(Map.Entry<String, Long>::getValue).reversed())
                .limit(lines)
                .map(grown -> "%8.1f  %s".formatted((double) grown.getValue() / connections, grown.getKey()))
                .toList();
    }
}
