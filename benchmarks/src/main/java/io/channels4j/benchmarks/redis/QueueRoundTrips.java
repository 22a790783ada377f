package io.channels4j.benchmarks.redis;

import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * Round trips over {@code RedisChannelLayer} and over publish/subscribe with plain Lettuce, at several rates and with several
 * receivers. The two alternate in one run. A round trip is a message to a group and the reply of one receiver to another group.
 * It starts when the message is due. The benchmark also measures the cost of a broadcast in Redis, separately and without
 * replies. Prints medians of all rounds.
 */
public final class QueueRoundTrips {

    private static final int[] RATES = {500, 2_000, 10_000};
    private static final int[] RECEIVERS = {1, 2, 4};
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final RedisProcess redis;
    private final int rounds;
    private final Duration measured;
    private final Duration warmUp;

    private QueueRoundTrips(RedisProcess redis, int rounds, Duration measured, Duration warmUp) {
        this.redis = redis;
        this.rounds = rounds;
        this.measured = measured;
        this.warmUp = warmUp;
    }

    /** A sender and several receivers. */
    interface Contender extends RoundTrips.Contender {

        /** Sets whether the first receiver replies. */
        void replying(boolean on);

        /** Returns the number of messages that the receivers have received in total. */
        long received();
    }

    private record Result(RoundTrips.Result trips, RedisCost cost) {

        static double median(List<Result> results, ToDoubleFunction<Result> figure) {
            return RoundTrips.median(results.stream().map(figure::applyAsDouble).toList());
        }
    }

    /** Runs the benchmark. Arguments: {@code rounds=3}, {@code measured=PT2S}, {@code warmup=PT5S}. */
    public static void main(String... arguments) {
        int rounds = 3;
        Duration measured = Duration.ofSeconds(2);
        Duration warmUp = Duration.ofSeconds(5);
        for (String argument : arguments) {
            if (argument.startsWith("rounds=")) {
                rounds = Integer.parseInt(argument.substring("rounds=".length()));
            } else if (argument.startsWith("measured=")) {
                measured = Duration.parse(argument.substring("measured=".length()));
            } else if (argument.startsWith("warmup=")) {
                warmUp = Duration.parse(argument.substring("warmup=".length()));
            } else {
                throw new IllegalArgumentException(
                        "option: \"%s\" (expected: rounds=, measured= or warmup=)".formatted(argument));
            }
        }
        try (RedisProcess redis = RedisProcess.start()) {
            new QueueRoundTrips(redis, rounds, measured, warmUp).run();
        }
    }

    private void run() {
        System.out.println(
                "| other processes | messages/s | plain p50, p99 | layer p50, p99 | p50 ratio | p99 ratio | commands"
                        + " | command µs | Redis CPU µs, plain and layer | lost |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (int receivers : RECEIVERS) {
            try (Contender plain = new PlainLettuce(redis.url(), receivers);
                    Contender layer = new QueueLayers(redis.url(), receivers)) {
                measure(plain, receivers, 2_000, warmUp);
                measure(layer, receivers, 2_000, warmUp);
                for (int rate : RATES) {
                    compare(plain, layer, receivers, rate);
                }
            }
        }
    }

    private void compare(Contender plain, Contender layer, int receivers, int rate) {
        List<Result> plainResults = new ArrayList<>();
        List<Result> layerResults = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                plainResults.add(measure(plain, receivers, rate, measured));
            }
            layerResults.add(measure(layer, receivers, rate, measured));
            if (round % 2 == 1) {
                plainResults.add(measure(plain, receivers, rate, measured));
            }
        }
        print(receivers, rate, plainResults, layerResults);
    }

    private Result measure(Contender contender, int receivers, int rate, Duration time) {
        int count = (int) (rate * time.toMillis() / 1000);
        long expected = contender.received() + (long) count * receivers;
        contender.replying(true);
        RoundTrips.Result trips = RoundTrips.measure(contender, rate, time);
        awaitReceived(contender, expected);
        contender.replying(false);
        expected += (long) count * receivers;
        RedisCost before = RedisCost.read(redis);
        RoundTrips.pace(contender, count, System.nanoTime(), 1e9 / rate);
        awaitReceived(contender, expected);
        RedisCost cost = RedisCost.read(redis).since(before).dividedBy(count);
        long lost = trips.lost() + expected - contender.received();
        return new Result(new RoundTrips.Result(trips.p50(), trips.p99(), trips.cpu(), lost), cost);
    }

    private static void awaitReceived(Contender contender, long expected) {
        long deadline = System.nanoTime() + DRAIN.toNanos();
        while (contender.received() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void print(int receivers, int rate, List<Result> plain, List<Result> layer) {
        System.out.printf(
                Locale.ROOT,
                "| %d | %,d | %.0f, %.0f µs | %.0f, %.0f µs | %.2f | %.2f | %.1f | %.0f | %.0f, %.0f | %d, %d |%n",
                receivers,
                rate,
                Result.median(plain, result -> result.trips().p50()),
                Result.median(plain, result -> result.trips().p99()),
                Result.median(layer, result -> result.trips().p50()),
                Result.median(layer, result -> result.trips().p99()),
                ratio(plain, layer, RoundTrips.Result::p50),
                ratio(plain, layer, RoundTrips.Result::p99),
                Result.median(layer, result -> result.cost().commands()),
                Result.median(layer, result -> result.cost().commandMicros()),
                Result.median(plain, result -> result.cost().cpuMicros()),
                Result.median(layer, result -> result.cost().cpuMicros()),
                plain.stream().mapToLong(result -> result.trips().lost()).sum(),
                layer.stream().mapToLong(result -> result.trips().lost()).sum());
    }

    private static double ratio(List<Result> plain, List<Result> layer, ToDoubleFunction<RoundTrips.Result> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < plain.size(); i++) {
            ratios.add(figure.applyAsDouble(layer.get(i).trips())
                    / figure.applyAsDouble(plain.get(i).trips()));
        }
        return RoundTrips.median(ratios);
    }
}
