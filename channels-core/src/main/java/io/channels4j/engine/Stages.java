package io.channels4j.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** What the engine needs to know of stages beyond their own methods. */
public final class Stages {

    /** The stage of what is done already; shared, since most sends end this way. */
    private static final CompletableFuture<Void> DONE = newDone();

    private Stages() {}

    /** Returns the stage of what is done already. */
    public static CompletionStage<Void> done() {
        return DONE;
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private static CompletableFuture<Void> newDone() {
        return CompletableFuture.completedFuture(null);
    }

    /** Tells whether a stage has completed normally, so that nobody need wait for it. */
    public static boolean isDone(CompletionStage<?> stage) {
        return stage == DONE
                || stage.getClass() == CompletableFuture.class // its subclasses may refuse to tell
                        && ((CompletableFuture<?>) stage).isDone()
                        && !((CompletableFuture<?>) stage).isCompletedExceptionally();
    }

    /** Tells whether a stage is known to have failed. */
    public static boolean hasFailed(CompletionStage<?> stage) {
        return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isCompletedExceptionally();
    }

    /** Returns the failure itself, out of the wrappings that stages put around it. */
    public static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Returns a stage that completes as the given one does, on an executor unless that one is done already. */
    public static <T> CompletionStage<T> on(Executor executor, CompletionStage<T> stage) {
        if (isDone(stage)) {
            return stage;
        }
        CompletableFuture<T> there = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> Mailbox.execute(executor, () -> {
            if (failure == null) {
                there.complete(value);
            } else {
                there.completeExceptionally(unwrap(failure));
            }
        }));
        return there;
    }
}
