package io.channels4j.benchmarks.endtoend;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Pins the server to the first core and the client to the second if {@code taskset} and two cores are available. */
final class CpuPinning {

    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private final boolean pinned;

    private CpuPinning(boolean pinned) {
        this.pinned = pinned;
    }

    /** Returns a placement that leaves the choice of cores to the operating system. */
    static CpuPinning shared() {
        return new CpuPinning(false);
    }

    /** Pins this process to the second core if possible. */
    static CpuPinning divide() {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return new CpuPinning(false);
        }
        String pid = Long.toString(ProcessHandle.current().pid());
        return new CpuPinning(succeeds("taskset", "-a", "-c", "-p", Integer.toString(SECOND), pid));
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean pinned() {
        return pinned;
    }

    /** Returns the command line that starts a server, pinned to the first core if possible. */
    List<String> server(List<String> command) {
        if (!pinned) {
            return command;
        }
        List<String> placed = new ArrayList<>(List.of("taskset", "-c", Integer.toString(FIRST)));
        placed.addAll(command);
        return placed;
    }
}
