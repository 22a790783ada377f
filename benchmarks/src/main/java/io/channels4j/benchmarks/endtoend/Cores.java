package io.channels4j.benchmarks.endtoend;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps the server on the first core and the client on the second, where the system has {@code taskset} and two cores. */
final class Cores {

    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private final boolean pinned;

    private Cores(boolean pinned) {
        this.pinned = pinned;
    }

    /** Leaves processes where the system puts them. */
    static Cores shared() {
        return new Cores(false);
    }

    /** Puts this process on the second core if it can. */
    static Cores divide() {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return new Cores(false);
        }
        String pid = Long.toString(ProcessHandle.current().pid());
        return new Cores(succeeds("taskset", "-a", "-c", "-p", Integer.toString(SECOND), pid));
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

    /** Returns the command as it is for a server. */
    List<String> server(List<String> command) {
        if (!pinned) {
            return command;
        }
        List<String> placed = new ArrayList<>(List.of("taskset", "-c", Integer.toString(FIRST)));
        placed.addAll(command);
        return placed;
    }
}
