package io.channels4j.benchmarks.endtoend;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The options of a run. */
record Options(
        String set, List<Workload> workloads, int rounds, WorkloadRun.Times times, Duration processWarmUp, Path json) {

    static Options read(String... arguments) {
        String set = arguments.length == 0 ? "" : arguments[0];
        Options options = switch (set) {
            case "quick" -> of(set, Workload.quick(), 3, Duration.ofSeconds(1), Duration.ofMillis(1100));
            case "full" -> of(set, Workload.full(), 3, Duration.ofSeconds(3), Duration.ofSeconds(4));
            default -> throw new IllegalArgumentException("set: \"%s\" (expected: quick or full)".formatted(set));
        };
        for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
            options = options.with(argument);
        }
        return options;
    }

    private static Options of(String set, List<Workload> workloads, int rounds, Duration warmUp, Duration measured) {
        Path json = Path.of("target", "end-to-end-" + set + ".json");
        return new Options(
                set, workloads, rounds, new WorkloadRun.Times(warmUp, measured), Duration.ofSeconds(1), json);
    }

    private Options with(String argument) {
        int equals = argument.indexOf('=');
        String value = argument.substring(equals + 1);
        return switch (equals < 0 ? argument : argument.substring(0, equals)) {
            case "rounds" -> new Options(set, workloads, Integer.parseInt(value), times, processWarmUp, json);
            case "measured" -> with(new WorkloadRun.Times(times.warmUp(), Duration.parse(value)));
            case "warmup" -> with(new WorkloadRun.Times(Duration.parse(value), times.measured()));
            case "only" -> only(List.of(value.split(",", -1)));
            case "json" -> new Options(set, workloads, rounds, times, processWarmUp, Path.of(value));
            default ->
                throw new IllegalArgumentException(
                        "option: \"%s\" (expected: rounds=, measured=, warmup=, only= or json=)".formatted(argument));
        };
    }

    private Options with(WorkloadRun.Times changed) {
        return new Options(set, workloads, rounds, changed, processWarmUp, json);
    }

    private Options only(List<String> names) {
        List<Workload> chosen = workloads.stream()
                .filter(workload -> names.stream().anyMatch(name -> isNamed(workload, name)))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("only: %s (expected: some of %s)"
                    .formatted(names, workloads.stream().map(Workload::name).toList()));
        }
        return new Options(set, chosen, rounds, times, processWarmUp, json);
    }

    private static boolean isNamed(Workload workload, String name) {
        return name.endsWith("*")
                ? workload.name().startsWith(name.substring(0, name.length() - 1))
                : workload.name().equals(name);
    }
}
