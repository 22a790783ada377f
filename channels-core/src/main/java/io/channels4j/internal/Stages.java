package io.channels4j.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Additional operations on stages. */
public final class Stages {

    /** The only value of {@code Void}. */
    @SuppressWarnings("NullAway")
    public static final Void NOTHING = null;

    /** Shared, because most sends return a completed stage. */
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(NOTHING);

    private Stages() {}

    /** Returns a completed stage. It is shared, so callers must not change its outcome. */
    public static CompletableFuture<Void> done() {
        return DONE;
    }

    /** Completes a stage with a value, or exceptionally if there is a failure. */
    public static <T> void complete(CompletableFuture<T> stage, @Nullable T value, @Nullable Throwable failure) {
        if (failure == null) {
            stage.complete(value);
        } else {
            stage.completeExceptionally(failure);
        }
    }

    /** Ignores the outcome of a stage whose failures are already handled, are logged, or end the connection. */
    public static void ignore(CompletionStage<?> handled) {}

    /** Completes one stage with the outcome of another. */
    public static <T> void relay(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> complete(to, value, failure));
    }

    /** Returns true if a stage is known to have completed normally. */
    public static boolean isDone(CompletionStage<?> stage) {
        return stage == DONE
                || isOurs(stage)
                        && ((CompletableFuture<?>) stage).isDone()
                        && !((CompletableFuture<?>) stage).isCompletedExceptionally();
    }

    /** Returns true if a stage is known to have failed. */
    public static boolean hasFailed(CompletionStage<?> stage) {
        return isOurs(stage) && ((CompletableFuture<?>) stage).isCompletedExceptionally();
    }

    /** Returns true if the outcome of a stage can be read. Other subclasses may not support this. */
    private static boolean isOurs(CompletionStage<?> stage) {
        return stage.getClass() == CompletableFuture.class || stage.getClass() == CallbackStage.class;
    }

    /** Returns the original failure, without the {@link CompletionException}s that stages wrap it in. */
    public static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Returns a stage that completes when both stages have completed, and fails if either of them fails. */
    public static CompletionStage<Void> both(CompletionStage<Void> first, CompletionStage<Void> second) {
        if (isDone(first)) {
            return second;
        }
        return isDone(second) ? first : first.thenCombine(second, (one, other) -> one);
    }

    /** Returns a stage with the outcome of the given stage. It completes on the executor unless the given stage has already succeeded. */
    public static <T> CompletionStage<T> on(Executor executor, CompletionStage<T> stage) {
        if (isDone(stage)) {
            return stage;
        }
        return on(executor, stage, new CompletableFuture<>());
    }

    /** Completes a stage on the executor with the outcome of the given stage. */
    public static <T> CompletionStage<T> on(Executor executor, CompletionStage<T> stage, CompletableFuture<T> there) {
        stage.whenComplete((value, failure) ->
                execute(executor, () -> complete(there, value, failure == null ? null : unwrap(failure))));
        return there;
    }

    /**
     * Runs a task on an executor, or on the common pool if the executor was shut down. The cleanup after a connection must always
     * run.
     */
    public static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException shutDown) {
            ForkJoinPool.commonPool().execute(task);
        }
    }
}
