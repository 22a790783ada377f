package io.channels4j.benchmarks.endtoend;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** Runs loads against one kind of server. */
final class WorkloadRun {

    private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private final List<Integer> ports;
    private final Wire wire;
    private final List<ProcessHandle> servers;

    /** Creates the load of one run. */
    @FunctionalInterface
    interface Maker {

        Load load(Client client, LoadRecorder tally);
    }

    /** The durations of the warm-up and of the measurement. */
    record Times(Duration warmUp, Duration measured) {}

    WorkloadRun(List<Integer> ports, Wire wire, List<ProcessHandle> servers) {
        this.ports = ports;
        this.wire = wire;
        this.servers = servers;
    }

    /** Runs a load from its first connection to its last. A failed or timed-out load is reported in the result. */
    Measurement run(Maker maker, Times times) {
        LoadRecorder tally = new LoadRecorder();
        try (Client client = new Client(ports, wire)) {
            Load load = maker.load(client, tally);
            on(client.loop(), load::open).toCompletableFuture().get(OPEN_LIMIT.toSeconds(), TimeUnit.SECONDS);
            return measure(load, tally, client.loop(), times);
        } catch (ExecutionException | TimeoutException e) {
            tally.trouble(String.valueOf(e.getCause() == null ? e : e.getCause()));
            return failed(tally);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Measurement measure(Load load, LoadRecorder tally, EventLoop loop, Times times)
            throws ExecutionException, InterruptedException {
        on(loop, done(load::begin));
        after(loop, times.warmUp(), done(tally::start));
        long began = System.nanoTime();
        Duration serverBefore = CpuTime.of(servers);
        Duration clientBefore = CpuTime.of(List.of(ProcessHandle.current()));
        after(loop, times.measured(), done(tally::stop));
        double seconds = (System.nanoTime() - began) / 1e9;
        double serverSeconds = seconds(CpuTime.of(servers).minus(serverBefore));
        double clientSeconds =
                seconds(CpuTime.of(List.of(ProcessHandle.current())).minus(clientBefore));
        on(loop, done(load::stop));
        drain(load, loop);
        Load.Order order = on(loop, load::order);
        on(loop, done(load::close));
        Histogram latencies = tally.latencies();
        return new Measurement(
                tally.operations() / seconds,
                serverSeconds * 1e6 / Math.max(1, tally.operations()),
                clientSeconds / seconds,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getMaxValue() / 1e3,
                order,
                tally.operations() == 0 && tally.trouble().isEmpty() ? "no operation completed" : tally.trouble());
    }

    private static void drain(Load load, EventLoop loop) throws ExecutionException, InterruptedException {
        long limit = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while (!after(loop, Duration.ofMillis(20), load::settled) && System.nanoTime() - limit < 0) {
            // messages still missing at the limit count as lost
        }
        // waits for duplicates of the last messages
        after(loop, Duration.ofMillis(50), load::settled);
    }

    private static Measurement failed(LoadRecorder tally) {
        return new Measurement(0, 0, 0, 0, 0, 0, new Load.Order(0, 0, 0), tally.trouble());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static Callable<Boolean> done(Runnable task) {
        return () -> {
            task.run();
            return true;
        };
    }

    private static <T> T on(EventLoop loop, Callable<T> task) throws ExecutionException, InterruptedException {
        return loop.submit(task).get();
    }

    private static <T> T after(EventLoop loop, Duration delay, Callable<T> task)
            throws ExecutionException, InterruptedException {
        return loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS).get();
    }
}
