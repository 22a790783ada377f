package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the lifespan protocol (ASGI lifespan 2.0) with an application. It starts the application before the first
 * connection and stops it after the last one. This class is for servers. Applications use {@link LifespanHooks}.
 *
 * <p>The application receives a scope of type {@code lifespan} and may add values to its {@link Scope#state()} until it has started.
 * Servers copy {@link #state()} to the scope of each connection. An application that fails or ends before it responds
 * does not support the protocol. This is not an error.
 *
 * <p><b>Threads.</b> Thread-safe. The application is called on a dedicated thread and may block.
 */
public final class Lifespan {

    private static final Logger LOG = LoggerFactory.getLogger(Lifespan.class);

    /**
     * The delay before a warning about an application that has requested another event without responding to the first
     * one.
     */
    private static final Duration HINT_DELAY = Duration.ofSeconds(2);

    private static final String ADVICE =
            "An application without lifespan support must fail or return for a scope of type lifespan, as routers do;"
                    + " or disable the protocol on the server with a lifespan time-out of zero";

    private final LifespanCall call;
    private final Duration timeout;
    private final Map<String, Object> state;

    private Lifespan(LifespanCall call, Duration timeout, Map<String, Object> state) {
        this.call = call;
        this.timeout = timeout;
        this.state = state;
    }

    /**
     * Starts an application.
     *
     * @param application the application
     * @param facts a scope builder of type {@code lifespan} with the properties that the server provides, such as the channel
     *     layers
     * @param timeout the maximum time for startup and, separately, for shutdown
     * @return a stage that completes when the application has started or does not support the protocol. It fails with
     *     {@link ChannelsException} if the application reports a failure or does not respond within the time-out.
     */
    @CheckReturnValue
    public static CompletionStage<Lifespan> start(Application application, ScopeBuilder facts, Duration timeout) {
        return start(application, facts, timeout, HINT_DELAY);
    }

    static CompletionStage<Lifespan> start(
            Application application, ScopeBuilder facts, Duration timeout, Duration hint) {
        Map<String, Object> state = new ConcurrentHashMap<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Scope scope = facts.state(state)
                .executor(singleThread())
                .closed(closed.minimalCompletionStage())
                .build();
        LifespanCall call = new LifespanCall(closed);
        scope.executor().execute(() -> call.run(application, scope));
        CompletableFuture.delayedExecutor(Durations.nanos(hint), TimeUnit.NANOSECONDS)
                .execute(() -> {
                    if (call.isReceivingUnanswered()) {
                        LOG.warn(
                                "lifespan: the application requested another event but has not answered"
                                        + " lifespan.startup; the server waits for the answer for at most {}. {}",
                                timeout,
                                ADVICE);
                    }
                });
        return within(timeout, call.started())
                .thenApply(supported -> new Lifespan(call, timeout, supported ? Map.copyOf(state) : Map.of()))
                .exceptionallyCompose(failure -> {
                    call.close();
                    return CompletableFuture.failedFuture(startFailure(failure, timeout));
                });
    }

    /**
     * Returns an executor whose thread ends when idle. A running server therefore keeps no thread for its shutdown.
     */
    private static ThreadPoolExecutor singleThread() {
        return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "channels-lifespan");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static <T> CompletableFuture<T> within(Duration timeout, CompletableFuture<T> stage) {
        return stage.copy().orTimeout(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
    }

    private static Throwable startFailure(Throwable wrapped, Duration timeout) {
        Throwable failure = Stages.unwrap(wrapped);
        return failure instanceof TimeoutException
                ? new ChannelsException(
                        "lifespan: no answer to lifespan.startup within %s (expected: lifespan.startup.complete or .failed). "
                                        .formatted(timeout)
                                + ADVICE)
                : failure;
    }

    /**
     * Returns the state that the application provided during startup.
     *
     * @return the immutable state; empty if the application does not support the protocol
     */
    public Map<String, Object> state() {
        return state;
    }

    /**
     * Stops the application. Failures are logged. Further calls have no effect.
     *
     * @return a stage that completes when the application has stopped or the time-out has expired. It never completes
     *     exceptionally.
     */
    @CheckReturnValue
    public CompletionStage<Void> stop() {
        call.stop();
        return within(timeout, call.stopped()).handle((nothing, late) -> {
            if (late != null) {
                LOG.warn("lifespan: no answer to lifespan.shutdown within {}", timeout);
            }
            call.close();
            return nothing;
        });
    }

    static void stopFailed(String message, @Nullable Throwable failure) {
        LOG.error("lifespan: the application failed to stop: {}", message, failure);
    }

    static void notSupported(@Nullable Throwable failure) {
        LOG.debug(
                "lifespan: the application does not support the protocol{}",
                failure == null ? "" : " (" + failure + ")");
    }

    static void failedWhileRunning(Throwable failure) {
        LOG.error("lifespan: the application failed after its start", failure);
    }
}
