package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.internal.StandardJson;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.LayerNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves channels of a layer: what is sent there is handled here, in this process or another one. (Channels: {@code runworker}.)
 *
 * {@snippet class="io.channels4j.worker.WorkerSnippets" region="thumbnails"}
 *
 * <p>Each message is a call of the application of its own, with a scope of type {@code channel}, the channel's name under
 * {@link Scope#CHANNEL} (and as its path, for log lines), and a {@link io.channels4j.layer.MessageEvent} as the only event. A consumer
 * is made for each message; its {@link io.channels4j.consumer.Handles} method gets it, and then {@code disconnect} runs. A channel
 * handles one message at a time, in order, or as many as its concurrency.
 *
 * <p><b>Failure.</b> A message whose application fails is logged with its stack trace and counted, and the next one is taken; it is
 * not handled again, unless the worker works {@linkplain Builder#atLeastOnce() at least once}. While blocking consumers have no thread, a message waits. When the layer is out of reach, receiving is tried
 * again, at growing intervals of up to 10 seconds.
 *
 * <p><b>Threads.</b> Thread-safe. Callbacks of asynchronous consumers run on a few threads of this worker, which must not block.
 */
public final class Worker implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;

    private final List<Loop> loops;
    private final List<Station> stations;
    private final Duration drainTimeout;
    private final Duration applicationCloseTimeout;
    private final WorkerCounts counts = new WorkerCounts();
    private final CompletableFuture<Void> idle;
    private final CompletableFuture<Void> stopped;
    private boolean stopping;

    private Worker(Builder builder) {
        drainTimeout = builder.drainTimeout;
        applicationCloseTimeout = builder.applicationCloseTimeout;
        loops = loops(builder.stations());
        stations = stations(builder);
        idle = CompletableFuture.allOf(stations.stream()
                .map(station -> station.ended().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
        stopped = new CompletableFuture<>();
    }

    private static List<Loop> loops(int stations) {
        int number = Math.min(stations, Runtime.getRuntime().availableProcessors());
        List<Loop> loops = new ArrayList<>(number);
        for (int i = 1; i <= number; i++) {
            loops.add(new Loop(i));
        }
        return List.copyOf(loops);
    }

    private List<Station> stations(Builder builder) {
        List<Station> made = new ArrayList<>(builder.stations());
        builder.concurrency.forEach((channel, receivers) -> {
            for (int i = 0; i < receivers; i++) {
                Loop loop = loops.get(made.size() % loops.size());
                made.add(new Station(builder, channel, loop, new Backoff(new SplittableRandom()), counts));
            }
        });
        return List.copyOf(made);
    }

    /**
     * Returns a builder of a worker without channels.
     *
     * @param application handles the messages, usually a {@code ChannelNameRouter} or a router of protocols with one
     * @param layer the layer to receive from, which consumers use by default; it is not closed with the worker
     * @return the builder
     */
    public static Builder builder(Application application, ChannelLayer layer) {
        return new Builder(application, layer);
    }

    /**
     * Returns how many messages were handled without a failure.
     *
     * @return the number since the start
     */
    public long handled() {
        return counts.handled.sum();
    }

    /**
     * Returns how many messages failed, or were not done when a stop's drain time-out had passed; each attempt counts.
     *
     * @return the number since the start
     */
    public long failed() {
        return counts.failed.sum();
    }

    /**
     * Returns how many messages were given up after their last attempt; only a worker that works
     * {@linkplain Builder#atLeastOnce() at least once} does so.
     *
     * @return the number since the start
     */
    public long givenUp() {
        return counts.givenUp.sum();
    }

    /**
     * Stops taking messages and finishes those that are being handled. What is not done within the drain time-out is told that its
     * time is over, as when a connection ends: after the application-close time-out a blocking callback is interrupted, an
     * asynchronous one abandoned. Stopping twice is stopping once.
     *
     * @return completes when nothing runs any more, or when what runs has been given up; never exceptionally
     */
    public CompletionStage<Void> stop() {
        synchronized (this) {
            if (stopping) {
                return stopped.minimalCompletionStage();
            }
            stopping = true;
        }
        stations.forEach(Station::stop);
        CompletionStage<Void> drained = idle.copy().orTimeout(drainTimeout.toNanos(), TimeUnit.NANOSECONDS);
        drained.exceptionallyCompose(late -> abort()).whenComplete((nothing, never) -> shutDown());
        return stopped.minimalCompletionStage();
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private CompletionStage<Void> abort() {
        long running = stations.stream().filter(Station::abort).count();
        WorkerLog.overdue(running, drainTimeout);
        return idle.copy()
                .orTimeout(applicationCloseTimeout.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(abandoned -> null);
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private void shutDown() {
        loops.forEach(Loop::shutdown);
        stopped.complete(null);
    }

    /**
     * Stops as {@link #stop()} does, and waits for it.
     *
     * @throws ChannelsException on a thread that must not wait, such as one of this worker's own
     */
    @Override
    public void close() {
        Blocking.await(stop());
    }

    /**
     * Collects what a {@link Worker} needs. Not thread-safe.
     */
    public static final class Builder {

        final Application application;
        final ChannelLayer layer;

        /** Null where a message is handled at most once. */
        Redelivery.@Nullable Policy redelivery;

        private final Map<String, Integer> concurrency = new LinkedHashMap<>();
        private ChannelLayers layers;
        private BlockingThreads blockingThreads = BlockingThreads.shared();
        private JsonMapper jsonMapper = StandardJson.MAPPER;
        private Duration drainTimeout = Duration.ofSeconds(30);
        private Duration applicationCloseTimeout = Duration.ofSeconds(10);

        private Builder(Application application, ChannelLayer layer) {
            this.application = application;
            this.layer = layer;
            this.layers = ChannelLayers.of(layer);
        }

        /**
         * Adds channels to serve, one message at a time and in order.
         *
         * @param names the channels' names
         * @return this builder
         * @throws IllegalArgumentException when a name breaks the rules for channels
         */
        public Builder channels(String... names) {
            for (String name : names) {
                concurrency.putIfAbsent(LayerNames.requireChannel(name), 1);
            }
            return this;
        }

        /**
         * Adds a channel, or changes one, that handles several messages at a time. Their order is kept only by one at a time.
         *
         * @param channel the channel's name
         * @param messages how many messages at a time, one or more; default 1
         * @return this builder
         * @throws IllegalArgumentException when the name breaks the rules for channels or the number is too small
         */
        public Builder concurrency(String channel, int messages) {
            if (messages < 1) {
                throw new IllegalArgumentException(
                        "concurrency of channel %s: %d (expected: 1 or more)".formatted(channel, messages));
            }
            concurrency.put(LayerNames.requireChannel(channel), messages);
            return this;
        }

        /**
         * Handles each message at least once, five times at most, with a second between the first two attempts; see
         * {@link #atLeastOnce(int, Duration)}.
         *
         * @return this builder
         */
        public Builder atLeastOnce() {
            return atLeastOnce(ATTEMPTS, FIRST_DELAY);
        }

        /**
         * Handles each message at least once: it is acknowledged when its application has completed, and handled again when that
         * failed, when this worker stops before, or when its process dies, after the layer's lease. So handlers must bear to be
         * called twice for a message, and its order is kept only where nothing fails. What was delivered as often as the attempts allow is
         * logged, counted in {@link Worker#givenUp()} and dropped, also when those who had it died with it. At most 100 failed messages
         * wait in each receiver for their next attempt; then it takes no others.
         *
         * <p>Unless told so, a message is handled at most once: it is acknowledged before it is handled.
         *
         * @param attempts how often a message may be handled, one or more
         * @param firstDelay how long to wait after the first failure, zero or more; twice as long after each further one, up to a minute
         * @return this builder
         */
        public Builder atLeastOnce(int attempts, Duration firstDelay) {
            redelivery = new Redelivery.Policy(attempts, firstDelay);
            return this;
        }

        /**
         * Sets the layers that consumers find by alias; default the worker's own one under {@link ChannelLayers#DEFAULT}.
         *
         * @param byAlias the layers
         * @return this builder
         */
        public Builder channelLayers(ChannelLayers byAlias) {
            layers = byAlias;
            return this;
        }

        /**
         * Sets the threads of blocking consumers and of {@code Blocking}; by default {@link BlockingThreads#shared()}.
         *
         * @param threads the threads
         * @return this builder
         */
        public Builder blockingThreads(BlockingThreads threads) {
            blockingThreads = threads;
            return this;
        }

        /**
         * Sets the mapper that consumers find in their scope; by default one with the library's settings. Messages do not depend on it.
         *
         * @param mapper the mapper
         * @return this builder
         */
        public Builder jsonMapper(JsonMapper mapper) {
            jsonMapper = mapper;
            return this;
        }

        /**
         * Sets how long what runs may go on after a stop; default 30 seconds.
         *
         * @param time the time, zero or more
         * @return this builder
         */
        public Builder drainTimeout(Duration time) {
            drainTimeout = requireTime("drain timeout", time);
            return this;
        }

        /**
         * Sets how long callbacks may go on when their time is over, before they are interrupted or abandoned; default 10 seconds.
         *
         * @param time the time, zero or more
         * @return this builder
         */
        public Builder applicationCloseTimeout(Duration time) {
            applicationCloseTimeout = requireTime("application close timeout", time);
            return this;
        }

        private static Duration requireTime(String what, Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("%s: %s (expected: zero or more)".formatted(what, time));
            }
            return time;
        }

        /** Returns the facts of a call for a channel. */
        ScopeBuilder facts(String channel) {
            return Scope.builder("channel")
                    .path(channel)
                    .with(Scope.CHANNEL, channel)
                    .with(ChannelLayers.KEY, layers)
                    .with(BlockingThreads.KEY, blockingThreads)
                    .jsonMapper(jsonMapper)
                    .closeTimeout(applicationCloseTimeout);
        }

        private int stations() {
            return concurrency.values().stream().mapToInt(Integer::intValue).sum();
        }

        /**
         * Starts the worker.
         *
         * @return the running worker
         * @throws ChannelsException when there is no channel to serve, or when each message is to be handled at least once and the
         *     layer does not {@linkplain ChannelLayer#redelivers redeliver}
         */
        public Worker start() {
            if (redelivery != null && !layer.redelivers()) {
                throw new ChannelsException(
                        "worker: at least once on a %s, which does not redeliver (expected: a layer with work queues)"
                                .formatted(layer.getClass().getSimpleName()));
            }
            if (concurrency.isEmpty()) {
                throw new ChannelsException("worker: no channels (expected: channels(\"name\", ..))");
            }
            Worker worker = new Worker(this);
            worker.stations.forEach(Station::start);
            return worker;
        }
    }
}
