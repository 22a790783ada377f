package io.channels4j.monitoring;

import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.worker.Worker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/**
 * Registers meters of workers and blocking threads with Micrometer. Requires {@code io.micrometer:micrometer-core}.
 *
 * {@snippet class="io.channels4j.docs.ObservabilityExample" region="meters"}
 */
@SuppressWarnings("exports") // Micrometer is optional: only users of this class need its module
public final class ChannelsMeters {

    private ChannelsMeters() {}

    /**
     * Registers the counter {@code channels.worker.messages}. Its tags are {@code worker} and {@code outcome}: {@code handled},
     * {@code failed} (each attempt) and {@code given_up}.
     *
     * @param registry the registry
     * @param name the value of the tag {@code worker}
     * @param worker the worker
     */
    public static void worker(MeterRegistry registry, String name, Worker worker) {
        count(registry, name, "handled", worker, Worker::handled);
        count(registry, name, "failed", worker, Worker::failed);
        count(registry, name, "given_up", worker, Worker::givenUp);
    }

    private static void count(
            MeterRegistry registry, String name, String outcome, Worker worker, ToDoubleFunction<Worker> value) {
        FunctionCounter.builder("channels.worker.messages", worker, value)
                .description("Messages of a worker by outcome")
                .tags("worker", name, "outcome", outcome)
                .register(registry);
    }

    /**
     * Registers gauges of blocking threads: {@code channels.threads.tasks} (running and queued tasks, including those that wait in
     * {@code Blocking.await}), {@code channels.threads.waiting} (pool threads that wait there and do not count against the maximum) and
     * {@code channels.threads.max}. Their tags are {@code threads} and {@code use}: {@code consumers} or {@code calls}.
     *
     * @param registry the registry
     * @param name the value of the tag {@code threads}
     * @param threads the threads
     */
    public static void threads(MeterRegistry registry, String name, BlockingThreads threads) {
        executor(registry, Tags.of("threads", name, "use", "consumers"), threads.consumers());
        executor(registry, Tags.of("threads", name, "use", "calls"), threads.calls());
    }

    private static void executor(MeterRegistry registry, Tags tags, BlockingExecutor executor) {
        gauge(registry, "channels.threads.tasks", "Running and queued tasks", tags, executor, BlockingExecutor::load);
        gauge(registry, "channels.threads.waiting", "Threads that wait", tags, executor, BlockingExecutor::waiting);
        gauge(registry, "channels.threads.max", "Maximum of threads", tags, executor, BlockingExecutor::maxThreads);
    }

    private static void gauge(
            MeterRegistry registry,
            String name,
            String description,
            Tags tags,
            BlockingExecutor executor,
            ToDoubleFunction<BlockingExecutor> value) {
        Gauge.builder(name, executor, value)
                .description(description)
                .strongReference(true)
                .tags(tags)
                .register(registry);
    }
}
