package io.channels4j.concurrent;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.OverloadedException;
import io.channels4j.internal.CallbackOwner;
import io.channels4j.internal.Stages;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs blocking work off the event loop, and waits for stages on threads that may block.
 *
 * <p>Work started by a consumer's callback runs on the executor {@link BlockingThreads#calls()} of the connection's server. Work
 * started anywhere else runs on that of {@link BlockingThreads#shared()}. For an asynchronous consumer, the stage completes on the
 * connection's event loop. The caller's logging context (SLF4J's MDC) is available to the work, and to the steps that run when the stage completes.
 *
 * <p>After the end of the connection, a callback must complete within the close time-out. If it does not, the unfinished work of
 * all callbacks of the connection is interrupted. While no callback is in progress, work is not interrupted. (Channels: {@code database_sync_to_async}, {@code async_to_sync}.)
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Blocking {

    /** The maximum number of running and waiting calls. It allows for one or two calls on each of thousands of connections. */
    static final int MAX_CALLS = 10_000;

    private Blocking() {}

    /** Work that returns no result and may throw any exception. */
    @FunctionalInterface
    public interface Work {

        /**
         * Does the work.
         *
         * @throws Exception if the work fails. The stage then completes exceptionally with it.
         */
        void run() throws Exception;
    }

    /**
     * Calls blocking code.
     *
     * @param work the code
     * @param <T> the type of its result
     * @return a stage that completes with the result or the exception of the work, on the event loop if an asynchronous
     *     consumer made the call. If a callback drops the stage, its failure is logged. It fails with {@link OverloadedException} if 10,000 calls are already running or
     *     waiting.
     */
    @CheckReturnValue
    public static <T> CompletionStage<T> call(Callable<T> work) {
        CallbackOwner owner = CallbackOwner.current();
        Map<String, String> context = MDC.getCopyOfContextMap();
        CompletableFuture<T> result = owner == null ? new CompletableFuture<>() : owner.newStage();
        Executor threads = owner == null ? BlockingThreads.shared().calls() : owner.blockingExecutor();
        try {
            requireRoom(threads);
            threads.execute(() -> perform(work, owner, context, result));
        } catch (OverloadedException | RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /**
     * Runs blocking code.
     *
     * @param work the code
     * @return a stage that completes when the code returns, or exceptionally as described for {@link #call}
     */
    @CheckReturnValue
    public static CompletionStage<Void> run(Work work) {
        return call(() -> {
            work.run();
            return null;
        });
    }

    /**
     * Waits for a stage, on a thread that may block. While a pool thread of {@link BlockingThreads} waits here, another
     * one may start in its place. Peers that do not read therefore cannot occupy all threads (guarantee P4).
     *
     * @param stage the stage
     * @param <T> the type of its value
     * @return its value
     * @throws ChannelsException on a {@link NonBlocking} thread, such as an event loop, even if the stage is complete.
     *     Otherwise, the call would fail only when the stage happens to be slow. Also thrown if the thread is interrupted, or with the cause if the stage failed with a checked
     *     exception.
     * @throws RuntimeException the stage's failure if it is unchecked
     */
    public static <T> T await(CompletionStage<T> stage) {
        if (Thread.currentThread()
                instanceof NonBlocking) { // also if it is complete, because that may depend on timing
            throw new ChannelsException(
                    "await: thread %s must not wait; compose the stage, or call this within Blocking.call(..)"
                            .formatted(Thread.currentThread().getName()));
        }
        Future<T> future = stage.toCompletableFuture();
        try {
            return BlockingPool.await(future);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelsException("await: interrupted", e);
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        }
    }

    private static void requireRoom(Executor threads) {
        if (threads instanceof BlockingExecutor pool && pool.load() >= MAX_CALLS) {
            throw new OverloadedException(
                    "blocking calls: %d run or wait (limit: %d)".formatted(pool.load(), MAX_CALLS));
        }
    }

    private static <T> void perform(
            Callable<T> work,
            @Nullable CallbackOwner owner,
            @Nullable Map<String, String> context,
            CompletableFuture<T> result) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        setContext(context);
        begin(owner);
        T value = null;
        Throwable failure = null;
        try {
            value = work.call();
        } catch (Throwable e) {
            failure = e;
        } finally {
            end(owner);
            setContext(before);
        }
        complete(result, owner, context, value, failure);
    }

    private static void begin(@Nullable CallbackOwner owner) {
        if (owner != null) {
            owner.started(Thread.currentThread());
        }
    }

    private static void end(@Nullable CallbackOwner owner) {
        if (owner != null) {
            owner.finished(Thread.currentThread());
        }
    }

    private static <T> void complete(
            CompletableFuture<T> result,
            @Nullable CallbackOwner owner,
            @Nullable Map<String, String> context,
            @Nullable T value,
            @Nullable Throwable failure) {
        Runnable completion = () -> within(context, () -> Stages.complete(result, value, failure));
        Executor executor = owner == null ? null : owner.executor();
        if (executor == null
                || executor
                        instanceof
                        BlockingExecutor) { // the threads of a blocking consumer may all be waiting for calls
            completion.run();
            return;
        }
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException serverIsGone) {
            completion.run();
        }
    }

    /** Runs the steps that depend on the work in the logging context of the caller. */
    private static void within(@Nullable Map<String, String> context, Runnable steps) {
        if (context == null || context.isEmpty()) {
            steps.run();
            return;
        }
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.setContextMap(context);
        try {
            steps.run();
        } finally {
            setContext(before);
        }
    }

    private static void setContext(@Nullable Map<String, String> context) {
        if (context == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(context);
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable wrapped) {
        Throwable failure = wrapped == null ? null : Stages.unwrap(wrapped);
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new ChannelsException("await: the stage failed", failure);
    }
}
