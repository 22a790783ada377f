package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.ContractServer;
import io.channels4j.benchmarks.bare.BareNettyServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures our server and the bare server side by side.
 *
 * <p>Every round starts both servers in separate processes and runs the workloads against them in turn. Other activity
 * on the machine therefore affects both alike. The order alternates between rounds.
 */
public final class EndToEnd {

    private static final List<Workload> FIRST_STEPS = List.of(
            Workload.echo("short echo", 16, 16, 32, true),
            Workload.echo("long echo", 16, 16, 1024, true),
            Workload.room("room", 100, 4, false),
            Workload.room("fast room", 100, 4, true),
            Workload.connect());

    private final Options options;
    private final CpuPinning cores;
    private final List<Comparison> comparisons;

    private EndToEnd(Options options, CpuPinning cores) {
        this.options = options;
        this.cores = cores;
        this.comparisons = options.workloads().stream()
                .map(workload -> new Comparison(workload.name()))
                .toList();
    }

    /**
     * Runs {@code quick} or {@code full}, prints the table and writes the measurements. Exits with status 1 if a run
     * failed or violated a guarantee.
     *
     * @param arguments the set of workloads, then in any order {@code rounds=3}, {@code measured=PT2S}, {@code warmup=PT1S},
     *     {@code only=echo-1,bcast*} and {@code json=file}
     * @throws IOException if the measurements cannot be written to the file
     */
    public static void main(String... arguments) throws IOException {
        EndToEnd run = new EndToEnd(Options.read(arguments), CpuPinning.divide());
        Report report = run.report();
        System.out.println();
        System.out.println(report.table());
        report.write(run.options.json());
        System.out.println("measurements: " + run.options.json().toAbsolutePath());
        if (!run.comparisons.stream().allMatch(Comparison::sound)) {
            System.exit(1);
        }
    }

    private Report report() {
        Instant began = Instant.now();
        for (int round = 0; round < options.rounds(); round++) {
            round(round);
        }
        return new Report(circumstances(began), comparisons);
    }

    private void round(int round) {
        for (Setting setting : Setting.values()) {
            if (options.workloads().stream().anyMatch(workload -> workload.setting() == setting)) {
                round(round, setting);
            }
        }
    }

    private void round(int round, Setting setting) {
        try (Servers ours = Servers.start(ContractServer.class, setting, cores);
                Servers bare = Servers.start(BareNettyServer.class, setting, cores)) {
            warmUp(ours.trial());
            warmUp(bare.trial());
            for (int i = 0; i < comparisons.size(); i++) {
                Workload workload = options.workloads().get(i);
                if (workload.setting() == setting) {
                    compare(workload, comparisons.get(i), round, ours.trial(), bare.trial());
                }
            }
        }
    }

    private void warmUp(WorkloadRun server) {
        for (Workload workload : FIRST_STEPS) {
            server.run(workload::load, new WorkloadRun.Times(options.processWarmUp(), Duration.ofMillis(10)));
        }
    }

    private void compare(Workload workload, Comparison comparison, int round, WorkloadRun ours, WorkloadRun bare) {
        WorkloadRun.Times times = workload.times(options.times());
        WorkloadRun beside = workload.besideOurs() ? ours : bare;
        Measurement our;
        Measurement bareOne;
        if (round % 2 == 0) {
            our = ours.run(workload::load, times);
            bareOne = beside.run(workload::reference, times);
        } else {
            bareOne = beside.run(workload::reference, times);
            our = ours.run(workload::load, times);
        }
        comparison.add(our, bareOne);
        System.out.printf(
                "round %d %-20s ours %,10.0f/s %8.2f us cpu   bare %,10.0f/s %8.2f us cpu%s%n",
                round + 1,
                workload.name(),
                our.operationsPerSecond(),
                our.serverMicros(),
                bareOne.operationsPerSecond(),
                bareOne.serverMicros(),
                our.sound() && bareOne.sound() ? "" : "   FAILED");
    }

    private Map<String, Object> circumstances(Instant began) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("set", options.set());
        facts.put("began", began.toString());
        facts.put("took", Duration.between(began, Instant.now()).toSeconds() + " s");
        facts.put("java", System.getProperty("java.runtime.version"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("cores", cores.pinned() ? "server on the first, client on the second" : "shared, nothing pinned");
        facts.put("rounds", options.rounds());
        facts.put("warmUp", options.times().warmUp().toString());
        facts.put("measured", options.times().measured().toString());
        return facts;
    }
}
