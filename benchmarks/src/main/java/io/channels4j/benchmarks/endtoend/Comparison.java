package io.channels4j.benchmarks.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The measurements of one workload on our server, paired with those of its baseline in the same rounds. */
final class Comparison {

    private final String workload;
    private final List<Measurement> ours = new ArrayList<>();
    private final List<Measurement> bare = new ArrayList<>();

    /** A median with its minimum and maximum. */
    record Spread(double median, double least, double most) {

        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            int half = sorted.size() / 2;
            double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
            return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
        }
    }

    Comparison(String workload) {
        this.workload = workload;
    }

    void add(Measurement our, Measurement bareOne) {
        ours.add(our);
        bare.add(bareOne);
    }

    String workload() {
        return workload;
    }

    List<Measurement> ours() {
        return List.copyOf(ours);
    }

    List<Measurement> bare() {
        return List.copyOf(bare);
    }

    /**
     * Computes the ratio of our figure to the baseline's figure for each round. Returns the median, minimum and
     * maximum.
     */
    Spread ratio(ToDoubleFunction<Measurement> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(bare.get(round)));
        }
        return Spread.of(ratios);
    }

    boolean sound() {
        return ours.stream().allMatch(Measurement::sound) && bare.stream().allMatch(Measurement::sound);
    }
}
