package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.ContractServer;
import io.channels4j.benchmarks.bare.BareNettyServer;
import io.channels4j.benchmarks.endtoend.RoomsLoad.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures how a member that does not read affects its room, and how soon the server closes that member's connection. The same
 * traffic runs first without and then with the member, against the same server process.
 */
public final class SlowReader {

    private static final List<String> OPTIONS =
            List.of(Setting.ONE.jvmOption(), "-Xmx256m", "-XX:MaxDirectMemorySize=64m");
    private static final String ROOM = "/ws/chat/r0/";
    private static final String BROADCAST = "/ws/chat/%s/?fast";
    private static final Room.Shape LARGE = new Room.Shape(BROADCAST, 20, 16 * 1024);
    private static final Room.Shape LARGE_SENT = new Room.Shape("/ws/chat/%s/", 20, 16 * 1024);
    private static final Room.Shape SMALL = new Room.Shape(BROADCAST, 100, 1024);

    /**
     * The first two workloads send 122 messages of 16 KiB per second. Each of the 20 members therefore receives 2 MB per
     * second. The first one sends a {@code Broadcast}; in the second one, each member's consumer calls {@code send}.
     */
    private static final List<Traffic> WORKLOADS = List.of(
            new Traffic(
                    "2 MB/s each",
                    (client, tally) ->
                            new RoomsLoad(client, tally, 1, LARGE, new Pace.Every(Duration.ofNanos(8_192_000)))),
            new Traffic(
                    "2 MB/s each, send",
                    (client, tally) ->
                            new RoomsLoad(client, tally, 1, LARGE_SENT, new Pace.Every(Duration.ofNanos(8_192_000)))),
            new Traffic(
                    "closed loop of 16 KiB, send",
                    (client, tally) -> new RoomsLoad(client, tally, 1, LARGE_SENT, new Pace.Window(4))),
            new Traffic("closed loop", (client, tally) -> new RoomsLoad(client, tally, 1, SMALL, new Pace.Window(4))));

    private record Traffic(String name, WorkloadRun.Maker maker) {}

    private final WorkloadRun.Times times;
    private final CpuPinning cores = CpuPinning.divide();

    private SlowReader(WorkloadRun.Times times) {
        this.times = times;
    }

    /**
     * Runs the benchmark and prints the table.
     *
     * @param arguments in any order {@code rounds=3} and {@code measured=PT10S}
     */
    public static void main(String... arguments) {
        int rounds = 3;
        Duration measured = Duration.ofSeconds(10);
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.substring(0, Math.max(0, argument.indexOf('=')))) {
                case "rounds" -> rounds = Integer.parseInt(value);
                case "measured" -> measured = Duration.parse(value);
                default ->
                    throw new IllegalArgumentException(
                            "option: \"%s\" (expected: rounds= or measured=)".formatted(argument));
            }
        }
        SlowReader run = new SlowReader(new WorkloadRun.Times(Duration.ofMillis(1), measured));
        System.out.println("| server | room | deliveries/s without | with | ratio | p99 us without | with"
                + " | resident MiB without | with | live heap MiB without | with | closed after |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        boolean sound = true;
        for (int round = 0; round < rounds; round++) {
            sound &= run.visit(ContractServer.class) && run.visit(BareNettyServer.class);
        }
        if (!sound) {
            System.exit(1);
        }
    }

    private boolean visit(Class<?> server) {
        boolean sound = true;
        try (ServerProcess process = ServerProcess.start(server, OPTIONS, List.of(), cores)) {
            for (Traffic traffic : WORKLOADS) {
                WorkloadRun trial = new WorkloadRun(List.of(process.port()), Wire.PLAIN, List.of(process.handle()));
                trial.run(traffic.maker(), new WorkloadRun.Times(Duration.ofSeconds(2), Duration.ofSeconds(2)));
                sound &= compare(server.getSimpleName(), traffic, trial, process.handle());
            }
        }
        return sound;
    }

    private boolean compare(String server, Traffic traffic, WorkloadRun trial, ProcessHandle process) {
        Watch before = new Watch(process);
        Measurement without = trial.run(traffic.maker(), times);
        before.stop();
        long heapWithout = LiveHeap.of(process).total();
        Watch during = new Watch(process);
        Measurement with = trial.run(deaf(traffic.maker()), times);
        during.stop();
        long heapWith = LiveHeap.of(process).total();
        System.out.printf(
                "| %s | %s | %,.0f | %,.0f | %.3f | %,.0f | %,.0f | %d | %d | %.1f | %.1f | %s |%n",
                server,
                traffic.name(),
                without.operationsPerSecond(),
                with.operationsPerSecond(),
                with.operationsPerSecond() / without.operationsPerSecond(),
                without.p99(),
                with.p99(),
                before.most >> 20,
                during.most >> 20,
                heapWithout / 1048576.0,
                heapWith / 1048576.0,
                during.letGo());
        Stream.of(without, with).filter(one -> !one.sound()).forEach(one -> System.out.println("FAILED " + one));
        return without.sound() && with.sound();
    }

    private static WorkloadRun.Maker deaf(WorkloadRun.Maker healthy) {
        return (client, tally) -> new SilentMember(client, ROOM + "?fast", healthy.load(client, tally));
    }

    /** Polls the resident memory of a process and detects when the process has closed a file descriptor. */
    private static final class Watch implements Runnable {

        private final ProcessHandle process;
        private final Thread thread = new Thread(this, "watch");
        private volatile boolean going = true;
        private long most;
        private int mostFiles;
        private long fullSince;
        private long fewerSince;

        Watch(ProcessHandle process) {
            this.process = process;
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void run() {
            while (going) {
                most = Math.max(most, ResidentMemory.of(process));
                look(openFiles());
                pause();
            }
        }

        private void look(int files) {
            long now = System.nanoTime();
            if (files > mostFiles) {
                mostFiles = files;
                fullSince = now;
                fewerSince = 0;
            } else if (files == mostFiles) {
                fewerSince = 0;
            } else if (files == mostFiles - 1 && fewerSince == 0) {
                fewerSince = now;
            }
        }

        private int openFiles() {
            try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
                return (int) files.count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void stop() {
            going = false;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        String letGo() {
            return fewerSince == 0 ? "never" : "%.1f s".formatted((fewerSince - fullSince) / 1e9);
        }
    }
}
