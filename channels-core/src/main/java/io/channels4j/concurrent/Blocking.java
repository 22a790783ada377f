package io.channels4j.concurrent;

import io.channels4j.ChannelsException;
import io.channels4j.OverloadedException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Takes blocking work off the event loop, and waits for stages where waiting is allowed.
 *
 * <p>Work runs on virtual threads from JDK 24 on and on a pool of at most 256 threads before; it is another pool than that of
 * blocking consumers. Within a callback of a consumer, a stage of this class completes on the consumer's own executor, the
 * logging context (SLF4J's MDC) goes along with the work, and the work is interrupted when the connection is over and its
 * close time-out has passed. (Channels: {@code database_sync_to_async}, {@code async_to_sync}.)
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Blocking {

    /** How many calls may run or wait at a time, one or two for each of thousands of connections. */
    static final int MOST_CALLS = 10_000;

    private static volatile Executor executor = BlockingExecutor.create("channels-blocking");

    private Blocking() {}

    /** Work that gives nothing back and may throw anything. */
    @FunctionalInterface
    public interface Work {

        /**
         * Does the work.
         *
         * @throws Exception whatever went wrong; the stage completes with it
         */
        void run() throws Exception;
    }

    /**
     * Calls code that may block.
     *
     * @param work the code
     * @param <T> what it gives back
     * @return completes with what the work gave back or threw, on the executor of the calling consumer if there is one; with
     *     {@link OverloadedException} when 10,000 calls run or wait already
     */
    public static <T> CompletionStage<T> call(Callable<T> work) {
        Caller caller = Caller.current();
        Map<String, String> context = MDC.getCopyOfContextMap();
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            Executor workers = requireRoom(executor);
            workers.execute(() -> perform(work, caller, context, result));
        } catch (OverloadedException | RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /**
     * Runs code that may block.
     *
     * @param work the code
     * @return completes when it is done, as for {@link #call}
     */
    public static CompletionStage<Void> run(Work work) {
        return call(() -> {
            work.run();
            return null;
        });
    }

    /**
     * Waits for a stage, from code that may block.
     *
     * @param stage the stage
     * @param <T> its value
     * @return its value
     * @throws ChannelsException on a thread that must not wait, such as an event loop's; or with the interruption as its
     *     cause; or with the stage's failure as its cause when that is a checked exception
     * @throws RuntimeException the stage's failure, when it is unchecked
     */
    public static <T> T await(CompletionStage<T> stage) {
        Future<T> future = stage.toCompletableFuture();
        if (!future.isDone() && Thread.currentThread() instanceof NonBlocking) {
            throw new ChannelsException(
                    "await: thread %s must not wait; compose the stage, or call this within Blocking.call(..)"
                            .formatted(Thread.currentThread().getName()));
        }
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelsException("await: interrupted", e);
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        }
    }

    /**
     * Sets the executor of blocking work, for the whole process.
     *
     * @param workers the executor; it must not run work on the thread that hands it over
     */
    public static void executor(Executor workers) {
        executor = workers;
    }

    private static Executor requireRoom(Executor workers) {
        if (workers instanceof BlockingExecutor pool && pool.load() >= MOST_CALLS) {
            throw new OverloadedException(
                    "blocking calls: %d run or wait (limit: %d)".formatted(pool.load(), MOST_CALLS));
        }
        return workers;
    }

    private static <T> void perform(
            Callable<T> work,
            @Nullable Caller caller,
            @Nullable Map<String, String> context,
            CompletableFuture<T> result) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        setContext(context);
        begin(caller);
        T value = null;
        Throwable failure = null;
        try {
            value = work.call();
        } catch (Throwable e) {
            failure = e;
        } finally {
            end(caller);
            setContext(before);
        }
        complete(result, caller, value, failure);
    }

    private static void begin(@Nullable Caller caller) {
        if (caller != null) {
            caller.started(Thread.currentThread());
        }
    }

    private static void end(@Nullable Caller caller) {
        if (caller != null) {
            caller.finished(Thread.currentThread());
        }
    }

    private static <T> void complete(
            CompletableFuture<T> result, @Nullable Caller caller, @Nullable T value, @Nullable Throwable failure) {
        Runnable completion = () -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        };
        if (caller == null) {
            completion.run();
            return;
        }
        try {
            caller.executor().execute(completion);
        } catch (RejectedExecutionException serverIsGone) {
            completion.run();
        }
    }

    private static void setContext(@Nullable Map<String, String> context) {
        if (context == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(context);
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
            return unchecked(wrapped.getCause());
        }
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new ChannelsException("await: the stage failed", failure);
    }
}
