package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.endtoend.Comparison.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;

/** Formats comparisons as a table and as JSON. */
final class Report {

    private final Map<String, Object> circumstances;
    private final List<Comparison> comparisons;

    Report(Map<String, Object> circumstances, List<Comparison> comparisons) {
        this.circumstances = circumstances;
        this.comparisons = comparisons;
    }

    /** Returns the table in Markdown. Each ratio is a median, followed by the minimum and maximum in parentheses. */
    String table() {
        StringBuilder table = new StringBuilder();
        circumstances.forEach(
                (name, value) -> table.append(name).append(": ").append(value).append('\n'));
        table.append("\n"
                + "Ours over bare Netty, median (minimum to maximum) over the rounds; CPU is server time per"
                + " operation\n\n");
        table.append("| workload | ours op/s | bare op/s | op/s | server CPU | p50 | p99 | client CPU |"
                + " lost/doubled/reordered |\n");
        table.append("|---|---|---|---|---|---|---|---|---|\n");
        comparisons.forEach(comparison -> table.append(row(comparison)).append('\n'));
        comparisons.forEach(comparison -> troubles(comparison, table));
        return table.toString();
    }

    private static String row(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %s | %s | %s | %s | %.0f%% / %.0f%% | %s |",
                comparison.workload(),
                median(comparison.ours(), Measurement::operationsPerSecond),
                median(comparison.bare(), Measurement::operationsPerSecond),
                text(comparison.ratio(Measurement::operationsPerSecond)),
                text(comparison.ratio(Measurement::serverMicros)),
                text(comparison.ratio(Measurement::p50)),
                text(comparison.ratio(Measurement::p99)),
                100 * median(comparison.ours(), Measurement::clientCpu),
                100 * median(comparison.bare(), Measurement::clientCpu),
                broken(comparison));
    }

    private static double median(List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
        return Spread.of(measurements.stream().map(figure::applyAsDouble).toList())
                .median();
    }

    private static String text(Spread spread) {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", spread.median(), spread.least(), spread.most());
    }

    private static String broken(Comparison comparison) {
        Load.Order sum =
                all(comparison).stream().map(Measurement::order).reduce(new Load.Order(0, 0, 0), Load.Order::plus);
        return sum.kept() ? "0" : sum.lost() + "/" + sum.doubled() + "/" + sum.reordered();
    }

    private static List<Measurement> all(Comparison comparison) {
        List<Measurement> all = new ArrayList<>(comparison.ours());
        all.addAll(comparison.bare());
        return all;
    }

    private static void troubles(Comparison comparison, StringBuilder table) {
        comparison.ours().forEach(it -> trouble(comparison.workload() + ", ours: ", it, table));
        comparison.bare().forEach(it -> trouble(comparison.workload() + ", bare: ", it, table));
    }

    private static void trouble(String where, Measurement measurement, StringBuilder table) {
        if (!measurement.sound()) {
            table.append("\nFAILED ")
                    .append(where)
                    .append(measurement.trouble())
                    .append(' ')
                    .append(measurement.order());
        }
    }

    /** Writes the measurements and ratios to a JSON file. */
    void write(Path file) throws IOException {
        List<Object> workloads = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("workload", comparison.workload());
            one.put("operationsRatio", comparison.ratio(Measurement::operationsPerSecond));
            one.put("serverCpuRatio", comparison.ratio(Measurement::serverMicros));
            one.put("p50Ratio", comparison.ratio(Measurement::p50));
            one.put("p99Ratio", comparison.ratio(Measurement::p99));
            one.put("ours", comparison.ours());
            one.put("bare", comparison.bare());
            workloads.add(one);
        }
        Map<String, Object> report = new LinkedHashMap<>(circumstances);
        report.put("workloads", workloads);
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.write(file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    }
}
