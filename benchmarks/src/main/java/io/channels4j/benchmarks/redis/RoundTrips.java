package io.channels4j.benchmarks.redis;

import com.sun.management.OperatingSystemMXBean;
import io.channels4j.support.RedisProcess;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * Round trips between two participants over Redis publish/subscribe, at several rates. Compares plain Lettuce with {@code
 * RedisPubSubChannelLayer}. The two alternate, so that the load of the machine affects both. A round trip is a message to a group
 * and the reply to another group. It starts when the message is due. Prints medians of all rounds. The CPU time includes that of
 * the benchmark itself.
 */
public final class RoundTrips {

    private static final int[] RATES = {500, 2_000, 10_000};
    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final long MAX_NANOS = Duration.ofMinutes(1).toNanos();

    private final List<Contender> contenders;
    private final int rounds;
    private final Duration measured;

    private RoundTrips(List<Contender> contenders, int rounds, Duration measured) {
        this.contenders = contenders;
        this.rounds = rounds;
        this.measured = measured;
    }

    /** Two participants. The second one replies to each message. */
    interface Contender extends AutoCloseable {

        String name();

        /** Sends a message with a number to the second participant. */
        void send(long number);

        /** Sets the callback for the numbers in the replies. Called before the first message is sent. */
        void onReply(Replies replies);

        @Override
        void close();
    }

    /** Receives the number in each reply. */
    @FunctionalInterface
    interface Replies {

        void reply(long number);
    }

    record Result(double p50, double p99, double cpu, long lost) {}

    /** Runs the benchmark. Arguments: {@code rounds=5}, {@code measured=PT4S}. */
    public static void main(String... arguments) {
        int rounds = 5;
        Duration measured = Duration.ofSeconds(4);
        for (String argument : arguments) {
            if (argument.startsWith("rounds=")) {
                rounds = Integer.parseInt(argument.substring("rounds=".length()));
            } else if (argument.startsWith("measured=")) {
                measured = Duration.parse(argument.substring("measured=".length()));
            } else {
                throw new IllegalArgumentException(
                        "option: \"%s\" (expected: rounds= or measured=)".formatted(argument));
            }
        }
        try (RedisProcess redis = RedisProcess.start();
                Contender plain = new PlainLettuce(redis.url());
                Contender layer = new PubSubLayers(redis.url())) {
            new RoundTrips(List.of(plain, layer), rounds, measured).run();
        }
    }

    private void run() {
        contenders.forEach(contender -> measure(contender, 2_000, WARM_UP));
        System.out.println(
                "| messages/s | plain Lettuce p50, p99 | pub/sub layer p50, p99 | p50 ratio | p99 ratio | CPU per"
                        + " round trip, ratio | lost |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int rate : RATES) {
            List<List<Result>> results = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                results.add(round(rate, round % 2 == 1));
            }
            print(rate, results);
        }
    }

    private List<Result> round(int rate, boolean reversed) {
        Result[] results = new Result[contenders.size()];
        for (int i = 0; i < results.length; i++) {
            int index = reversed ? results.length - 1 - i : i;
            results[index] = measure(contenders.get(index), rate, measured);
        }
        return Arrays.asList(results);
    }

    /** Sends messages at a rate and measures the round trips. */
    static Result measure(Contender contender, int rate, Duration time) {
        long cpu = CPU.getProcessCpuTime();
        int count = (int) (rate * time.toMillis() / 1000);
        Histogram nanos = new SynchronizedHistogram(MAX_NANOS, 3);
        long start = System.nanoTime();
        double interval = 1e9 / rate;
        contender.onReply(number -> {
            long due = start + (long) (number * interval);
            nanos.recordValue(Math.max(1, Math.min(MAX_NANOS, System.nanoTime() - due)));
        });
        pace(contender, count, start, interval);
        long deadline = System.nanoTime() + DRAIN.toNanos();
        while (nanos.getTotalCount() < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        return new Result(
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                (CPU.getProcessCpuTime() - cpu) / 1e3 / count,
                count - nanos.getTotalCount());
    }

    /** Sends messages at regular intervals, regardless of the progress of the receivers. */
    static void pace(Contender contender, int count, long start, double interval) {
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i * interval);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            contender.send(i);
        }
    }

    private static void print(int rate, List<List<Result>> rounds) {
        List<Result> plain = rounds.stream().map(round -> round.get(0)).toList();
        List<Result> layer = rounds.stream().map(round -> round.get(1)).toList();
        System.out.printf(
                Locale.ROOT,
                "| %,d | %.0f, %.0f µs | %.0f, %.0f µs | %.2f (%s) | %.2f | %.0f, %.0f µs, %.2f | %d, %d |%n",
                rate,
                median(plain.stream().map(Result::p50).toList()),
                median(plain.stream().map(Result::p99).toList()),
                median(layer.stream().map(Result::p50).toList()),
                median(layer.stream().map(Result::p99).toList()),
                median(rounds.stream().map(RoundTrips::p50Ratio).toList()),
                rounds.stream()
                        .map(round -> String.format(Locale.ROOT, "%.2f", p50Ratio(round)))
                        .sorted()
                        .toList(),
                median(rounds.stream()
                        .map(round -> round.get(1).p99() / round.get(0).p99())
                        .toList()),
                median(plain.stream().map(Result::cpu).toList()),
                median(layer.stream().map(Result::cpu).toList()),
                median(rounds.stream()
                        .map(round -> round.get(1).cpu() / round.get(0).cpu())
                        .toList()),
                plain.stream().mapToLong(Result::lost).sum(),
                layer.stream().mapToLong(Result::lost).sum());
    }

    private static double p50Ratio(List<Result> round) {
        return round.get(1).p50() / round.get(0).p50();
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
