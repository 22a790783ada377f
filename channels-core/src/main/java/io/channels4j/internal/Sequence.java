package io.channels4j.internal;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Steps that run one after the other on an executor. The first failure ends the sequence. Steps that complete
 * synchronously run in a loop, so a long sequence does not grow the stack.
 *
 * @param <T> the type of the items, one for each step
 */
public final class Sequence<T> {

    private final Executor executor;
    private final Iterator<? extends T> items;
    private final Function<? super T, ? extends CompletionStage<?>> step;
    private final CompletableFuture<Void> result;

    private Sequence(
            Executor executor, Iterator<? extends T> items, Function<? super T, ? extends CompletionStage<?>> step) {
        this.executor = executor;
        this.items = items;
        this.step = step;
        CallbackOwner owner = CallbackOwner.current();
        this.result = owner == null ? new CompletableFuture<>() : owner.newStage();
    }

    /**
     * Runs a step for each item. The first one runs on the calling thread.
     *
     * @return a stage that completes after the last step, or exceptionally with the first failure
     */
    public static <T> CompletionStage<Void> run(
            Executor executor, Iterable<? extends T> items, Function<? super T, ? extends CompletionStage<?>> step) {
        Sequence<T> sequence = new Sequence<>(executor, items.iterator(), step);
        sequence.advance();
        return sequence.result;
    }

    private void advance() {
        try {
            while (items.hasNext()) {
                CompletionStage<?> stage = step.apply(items.next());
                if (stage == null) { // user code may be compiled without null checks
                    throw new IllegalStateException("inOrder: a step returned null (expected: a stage)");
                }
                if (!Stages.isDone(stage)) {
                    continueAfter(stage);
                    return;
                }
            }
            result.complete(Stages.NOTHING);
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    private void continueAfter(CompletionStage<?> stage) {
        Stages.on(executor, stage).whenComplete((value, failure) -> {
            if (failure == null) {
                advance();
            } else {
                result.completeExceptionally(Stages.unwrap(failure));
            }
        });
    }
}
