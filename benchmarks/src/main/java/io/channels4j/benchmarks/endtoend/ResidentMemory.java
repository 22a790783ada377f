package io.channels4j.benchmarks.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident memory of a process, which includes heap, direct buffers, code and stacks. Linux only. */
final class ResidentMemory {

    private static final String LABEL = "VmRSS:";

    private ResidentMemory() {}

    /** Returns the resident memory in bytes, or zero if the system does not report it. */
    static long of(ProcessHandle process) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(LABEL)) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
