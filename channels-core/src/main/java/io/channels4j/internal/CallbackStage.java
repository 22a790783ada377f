package io.channels4j.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stage that was returned to a callback. It records whether the callback composed, returned or awaited it. If it fails
 * and has not been observed, its observer is notified. A stage that completes normally costs no more than a plain one.
 *
 * <p><b>Threads.</b> Thread-safe.
 *
 * @param <T> the type of its value
 */
public final class CallbackStage<T> extends CompletableFuture<T> {

    private final Observer observer;
    private final @Nullable Object during;
    private volatile boolean observed;

    /** The receiver of failures that the application has not observed. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Handles the failure of a stage that has not been observed when it fails. The application may still observe it,
         * because the callback may be in progress.
         */
        void failed(CallbackStage<?> stage, Throwable failure);
    }

    /**
     * Creates an incomplete stage.
     *
     * @param observer the receiver of an unobserved failure
     * @param during the event whose callback the stage was returned to; null for {@code disconnect}
     */
    public CallbackStage(Observer observer, @Nullable Object during) {
        this.observer = observer;
        this.during = during;
    }

    /** Returns the event whose callback the stage was returned to, or null for {@code disconnect}. */
    public @Nullable Object during() {
        return during;
    }

    /** Returns whether the stage has been composed, returned or awaited. */
    public boolean isObserved() {
        return observed;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        boolean completed = super.completeExceptionally(failure);
        if (completed && !observed) {
            observer.failed(this, failure);
        }
        return completed;
    }

    /** Called by every method that composes this stage. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        observed = true;
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        observed = true;
        return this;
    }

    @Override
    public CompletionStage<T> minimalCompletionStage() {
        observed = true;
        return super.minimalCompletionStage();
    }
}
