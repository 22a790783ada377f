package io.channels4j.worker;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.consumer.Interceptor;
import io.channels4j.consumer.Interceptors;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import io.channels4j.internal.StandardJson;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.LayerNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Handles messages that are sent to channels by this process or another one. (Django Channels: {@code runworker}.)
 *
 * {@snippet class="io.channels4j.worker.WorkerSnippets" region="thumbnails"}
 *
 * <p>The application is called once per message. The scope has the type {@code channel}. It contains the channel's name
 * under {@link Scope#CHANNEL} and as its path. A {@link io.channels4j.layer.MessageEvent} is the only event. Each
 * message is handled by a new consumer. Its {@link io.channels4j.consumer.Handles} method is called, then {@code
 * disconnect}. A worker handles the messages of a channel one at a time and in order. A channel may have a higher
 * concurrency.
 *
 * <p><b>Failure.</b> If the application fails, the failure is logged and counted. The worker continues with the next
 * message. The failed message is handled again only with {@linkplain Builder#atLeastOnce() at-least-once delivery}.
 * Messages for blocking consumers wait while no thread is free. While the layer is unavailable, receiving is retried at
 * growing intervals of up to 10 seconds.
 *
 * <p><b>Threads.</b> Thread-safe. Callbacks of asynchronous consumers run on the worker's own threads and must not block.
 */
public final class Worker implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;

    private final List<WorkerLoop> loops;
    private final List<ChannelReceiver> receivers;
    private final Duration drainTimeout;
    private final Duration applicationCloseTimeout;
    private final WorkerCounts counts = new WorkerCounts();
    private final CompletableFuture<Void> idle;
    private final CompletableFuture<Void> stopped;
    private final Instant startedAt = Instant.now();

    /** When the worker began to stop, or null. Written under the lock. */
    private volatile @Nullable Instant stoppedSince;

    private Worker(Builder builder) {
        drainTimeout = builder.drainTimeout;
        applicationCloseTimeout = builder.applicationCloseTimeout;
        loops = loops(builder.receivers());
        receivers = receivers(builder);
        idle = CompletableFuture.allOf(receivers.stream()
                .map(receiver -> receiver.ended().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
        stopped = new CompletableFuture<>();
    }

    private static List<WorkerLoop> loops(int receivers) {
        int number = Math.min(receivers, Runtime.getRuntime().availableProcessors());
        List<WorkerLoop> loops = new ArrayList<>(number);
        for (int i = 1; i <= number; i++) {
            loops.add(new WorkerLoop(i));
        }
        return List.copyOf(loops);
    }

    private List<ChannelReceiver> receivers(Builder builder) {
        List<ChannelReceiver> made = new ArrayList<>(builder.receivers());
        builder.concurrency.forEach((channel, concurrency) -> {
            for (int i = 0; i < concurrency; i++) {
                WorkerLoop loop = loops.get(made.size() % loops.size());
                made.add(new ChannelReceiver(builder, channel, loop, counts));
            }
        });
        return List.copyOf(made);
    }

    /**
     * Returns a worker builder.
     *
     * @param application the application that handles the messages, usually a router
     * @param layer the layer to receive from. It is also the consumers' default layer, unless {@link
     *     Builder#channelLayers} is called. The worker does not close it.
     * @return the builder
     */
    public static Builder builder(Application application, ChannelLayer layer) {
        return new Builder(application, layer);
    }

    /**
     * Returns the number of messages that were handled without a failure.
     *
     * @return the number since the start
     */
    public long handled() {
        return counts.handled.sum();
    }

    /**
     * Returns the number of messages that failed or were aborted by a stop. Each attempt is counted.
     *
     * @return the number since the start
     */
    public long failed() {
        return counts.failed.sum();
    }

    /**
     * Returns the number of messages that were given up after their last attempt under {@linkplain
     * Builder#atLeastOnce() at-least-once delivery}.
     *
     * @return the number since the start
     */
    public long givenUp() {
        return counts.givenUp.sum();
    }

    /**
     * Returns when the worker was started.
     *
     * @return the time
     */
    public Instant startedAt() {
        return startedAt;
    }

    /**
     * Returns when the worker began to stop.
     *
     * @return the time, or empty while it receives messages
     */
    public Optional<Instant> stoppedSince() {
        return Optional.ofNullable(stoppedSince);
    }

    /**
     * Stops receiving and waits for the messages that are being handled. Calls that exceed the drain time-out are
     * aborted. After the application close time-out, their blocking callbacks are interrupted and their asynchronous
     * callbacks are abandoned. Idempotent.
     *
     * @return a stage that completes when all calls have ended or were abandoned. It never completes exceptionally.
     */
    @CheckReturnValue
    public CompletionStage<Void> stop() {
        synchronized (this) {
            if (stoppedSince != null) {
                return stopped.minimalCompletionStage();
            }
            stoppedSince = Instant.now();
        }
        receivers.forEach(ChannelReceiver::stop);
        CompletionStage<Void> drained = idle.copy().orTimeout(Durations.nanos(drainTimeout), TimeUnit.NANOSECONDS);
        drained.exceptionallyCompose(late -> abort()).whenComplete((nothing, never) -> shutDown());
        return stopped.minimalCompletionStage();
    }

    private CompletionStage<Void> abort() {
        long running = receivers.stream().filter(ChannelReceiver::abort).count();
        WorkerLog.overdue(running, drainTimeout);
        return idle.copy()
                .orTimeout(
                        Durations.nanos(Durations.clamp(applicationCloseTimeout).plus(GRACE)), TimeUnit.NANOSECONDS)
                .exceptionally(abandoned -> Stages.NOTHING);
    }

    private void shutDown() {
        loops.forEach(WorkerLoop::shutdown);
        stopped.complete(Stages.NOTHING);
    }

    /**
     * Stops the worker and waits for {@link #stop()} to complete.
     *
     * @throws ChannelsException if the calling thread must not wait, such as one of this worker's threads
     */
    @Override
    public void close() {
        Blocking.await(stop());
    }

    /** Builds a {@link Worker}. Not thread-safe. */
    public static final class Builder {

        final Application application;
        final ChannelLayer layer;

        /** Null if messages are handled at most once. */
        Redelivery.@Nullable Policy redelivery;

        private final Map<String, Integer> concurrency = new LinkedHashMap<>();
        private ChannelLayers layers;
        private BlockingThreads blockingThreads = BlockingThreads.shared();
        private Interceptors interceptors = Interceptors.of();
        private JsonMapper jsonMapper = StandardJson.MAPPER;
        private Duration drainTimeout = Duration.ofSeconds(30);
        private Duration applicationCloseTimeout = Duration.ofSeconds(10);

        private Builder(Application application, ChannelLayer layer) {
            this.application = requireNonNull(application, "application");
            this.layer = requireNonNull(layer, "layer");
            this.layers = ChannelLayers.of(layer);
        }

        /**
         * Adds channels whose messages are handled one at a time, in order.
         *
         * @param names the channels' names
         * @return this builder
         * @throws IllegalArgumentException if a name is not a valid channel name or has an exclamation mark
         */
        public Builder channels(String... names) {
            for (String name : names) {
                concurrency.putIfAbsent(requireShared(name), 1);
            }
            return this;
        }

        /**
         * Sets how many messages of a channel are handled at the same time. Their order is then not guaranteed. Adds
         * the channel if necessary.
         *
         * @param channel the channel's name
         * @param messages the maximum number of messages that are handled at the same time, one or more
         * @return this builder
         * @throws IllegalArgumentException if the name is invalid or contains an exclamation mark, or if the number is
         *     less than one
         */
        public Builder concurrency(String channel, int messages) {
            if (messages < 1) {
                throw new IllegalArgumentException(
                        "concurrency of channel %s: %d (expected: 1 or more)".formatted(channel, messages));
            }
            concurrency.put(requireShared(channel), messages);
            return this;
        }

        /**
         * Handles each message at least once; see {@link #atLeastOnce(int, Duration)}. There are at most five attempts,
         * with a delay of one second between the first two.
         *
         * @return this builder
         */
        public Builder atLeastOnce() {
            return atLeastOnce(ATTEMPTS, FIRST_DELAY);
        }

        /**
         * Handles each message at least once: it is acknowledged when the application has completed. It is handled again if the
         * application failed or the worker stopped first. If the process died, it is handled again once the layer's lease has
         * expired. Handlers must be idempotent, and messages keep their order only as long as none of them fails.
         *
         * <p>After its last attempt, a message is logged, counted in {@link Worker#givenUp()} and given up. The layer
         * may keep it as a dead letter. Otherwise, it is dropped. Attempts also count if the process that took the
         * message died. At most 100 failed messages per receiver, of about 4 MiB in total, wait for their next attempt.
         * At either limit, the receiver takes no further messages.
         *
         * <p>By default, a message is handled at most once: it is acknowledged before it is handled.
         *
         * @param attempts the maximum number of attempts, one or more
         * @param firstDelay the delay after the first failure, zero or more. It is doubled after each further failure,
         *     up to a minute.
         * @return this builder
         */
        public Builder atLeastOnce(int attempts, Duration firstDelay) {
            redelivery = new Redelivery.Policy(attempts, firstDelay);
            return this;
        }

        /**
         * Sets the layers that consumers can use, by alias; by default, the worker's layer under {@link ChannelLayers#DEFAULT}.
         *
         * @param byAlias the layers
         * @return this builder
         */
        public Builder channelLayers(ChannelLayers byAlias) {
            layers = requireNonNull(byAlias, "byAlias");
            return this;
        }

        /**
         * Sets the threads for blocking consumers and {@code Blocking}; by default {@link BlockingThreads#shared()}.
         *
         * @param threads the threads
         * @return this builder
         */
        public Builder blockingThreads(BlockingThreads threads) {
            blockingThreads = requireNonNull(threads, "threads");
            return this;
        }

        /**
         * Sets the interceptors of the consumers' callbacks. None by default. The last call wins.
         *
         * @param outermostFirst the interceptors
         * @return this builder
         */
        public Builder interceptors(Interceptor... outermostFirst) {
            interceptors = Interceptors.of(outermostFirst);
            return this;
        }

        /**
         * Sets the JSON mapper in the consumers' scopes; by default, a mapper with the library's settings. The mapper does not affect the
         * encoding of messages.
         *
         * @param mapper the mapper
         * @return this builder
         */
        public Builder jsonMapper(JsonMapper mapper) {
            jsonMapper = requireNonNull(mapper, "mapper");
            return this;
        }

        /**
         * Sets the time for which {@link Worker#stop()} waits for running calls before it aborts them. 30 seconds by
         * default.
         *
         * @param time the time, zero or more
         * @return this builder
         */
        public Builder drainTimeout(Duration time) {
            drainTimeout = requireTime("drain timeout", time);
            return this;
        }

        /**
         * Sets the time for which an aborted call may continue before its callbacks are interrupted or abandoned. 10
         * seconds by default.
         *
         * @param time the time, zero or more
         * @return this builder
         */
        public Builder applicationCloseTimeout(Duration time) {
            applicationCloseTimeout = requireTime("application close timeout", time);
            return this;
        }

        private static String requireShared(String channel) {
            if (LayerNames.requireChannel(channel).indexOf('!') >= 0) {
                throw new IllegalArgumentException(
                        "channel: %s belongs to one process (expected: a name that has no !)".formatted(channel));
            }
            return channel;
        }

        private static Duration requireTime(String what, Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("%s: %s (expected: zero or more)".formatted(what, time));
            }
            return time;
        }

        /** Returns a scope builder with the properties that all calls for a channel share. */
        ScopeBuilder facts(String channel) {
            return Scope.builder("channel")
                    .path(channel)
                    .with(Scope.CHANNEL, channel)
                    .with(ChannelLayers.KEY, layers)
                    .with(BlockingThreads.KEY, blockingThreads)
                    .with(Interceptors.KEY, interceptors)
                    .jsonMapper(jsonMapper)
                    .closeTimeout(applicationCloseTimeout);
        }

        private int receivers() {
            return concurrency.values().stream().mapToInt(Integer::intValue).sum();
        }

        /**
         * Starts the worker.
         *
         * @return the running worker
         * @throws ChannelsException if no channel was added. Also if at-least-once delivery is enabled but the layer
         *     does not {@linkplain ChannelLayer#redelivers redeliver}.
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
            worker.receivers.forEach(ChannelReceiver::start);
            return worker;
        }
    }
}
