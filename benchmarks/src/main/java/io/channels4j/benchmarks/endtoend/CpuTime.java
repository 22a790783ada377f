package io.channels4j.benchmarks.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The user and system CPU time of all threads of processes. On Linux, the resolution is 10 ms. */
final class CpuTime {

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final long TICKS_PER_SECOND = 100; // USER_HZ, which is 100 on every Linux

    private CpuTime() {}

    /** Returns the CPU time used so far, or zero if the system does not report it. */
    static Duration of(List<ProcessHandle> processes) {
        return processes.stream().map(CpuTime::of).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration of(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.isReadable(stat)) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO);
        }
        try {
            String line = Files.readString(stat);
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
            return Duration.ofSeconds(1).multipliedBy(ticks).dividedBy(TICKS_PER_SECOND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
