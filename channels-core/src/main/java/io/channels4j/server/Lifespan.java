package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
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
 * The life of an application within a server: told to start before the first connection, and to stop after the last one (ASGI
 * lifespan 2.0). For servers; applications use {@link LifespanHooks}.
 *
 * <p>The application gets a scope of type {@code lifespan} whose {@link Scope#state()} it may fill until it has started; servers
 * put {@link #state()} into the scope of each connection. An application that fails or ends before it answers does not take
 * part, which is no error.
 *
 * <p><b>Threads.</b> Thread-safe. The application is called on a thread of its own, which may block.
 */
public final class Lifespan {

    private static final Logger LOG = LoggerFactory.getLogger(Lifespan.class);

    /** How long an application may look as if it had not looked at its scope's type. */
    private static final Duration HINT = Duration.ofSeconds(2);

    private static final String ADVICE =
            "An application for other protocols only fails or ends at once when the type of its scope is"
                    + " lifespan, as routers do; or its server is told to leave it out: lifespan(false)";

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
     * @param facts the server's facts for its scope, such as the channel layers; the type is {@code lifespan}
     * @param timeout how long the start and the stop may take, each
     * @return completes when the application has started or does not take part; exceptionally with {@link ChannelsException} and the
     *     application's message when it cannot start, or when it does not answer in time
     */
    public static CompletionStage<Lifespan> start(Application application, ScopeBuilder facts, Duration timeout) {
        return start(application, facts, timeout, HINT);
    }

    static CompletionStage<Lifespan> start(
            Application application, ScopeBuilder facts, Duration timeout, Duration hint) {
        Map<String, Object> state = new ConcurrentHashMap<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Scope scope = facts.state(state)
                .executor(thread())
                .closed(closed.minimalCompletionStage())
                .build();
        LifespanCall call = new LifespanCall(closed);
        scope.executor().execute(() -> call.run(application, scope));
        CompletableFuture.delayedExecutor(hint.toNanos(), TimeUnit.NANOSECONDS).execute(() -> {
            if (call.asksWithoutAnswer()) {
                LOG.warn(
                        "lifespan: the application asks for another event and has not answered lifespan.startup; "
                                + "the start waits for it, at most {}. {}",
                        timeout,
                        ADVICE);
            }
        });
        return within(timeout, call.started())
                .thenApply(takesPart -> new Lifespan(call, timeout, takesPart ? Map.copyOf(state) : Map.of()))
                .exceptionallyCompose(failure -> {
                    call.over();
                    return CompletableFuture.failedFuture(startFailure(failure, timeout));
                });
    }

    /** Ends when it has nothing to do, so that a server which runs for months holds no thread for its end. */
    private static ThreadPoolExecutor thread() {
        return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "channels-lifespan");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static <T> CompletableFuture<T> within(Duration timeout, CompletableFuture<T> stage) {
        return stage.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
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
     * Returns what the application put into its state until it had started.
     *
     * @return the state, immutable; empty for an application that does not take part
     */
    public Map<String, Object> state() {
        return state;
    }

    /**
     * Tells the application to stop. What goes wrong is logged here. Stopping twice is stopping once.
     *
     * @return completes when it has stopped, or did not within the time-out; never exceptionally
     */
    public CompletionStage<Void> stop() {
        call.stop();
        return within(timeout, call.stopped()).handle((nothing, late) -> {
            if (late != null) {
                LOG.warn("lifespan: no answer to lifespan.shutdown within {}", timeout);
            }
            call.over();
            return nothing;
        });
    }

    static void stopFailed(String message, @Nullable Throwable failure) {
        LOG.error("lifespan: the application did not stop in order: {}", message, failure);
    }

    static void doesNotTakePart(@Nullable Throwable failure) {
        LOG.debug("lifespan: the application does not take part", failure);
    }

    static void failedBetween(Throwable failure) {
        LOG.error("lifespan: the application failed after its start", failure);
    }
}
