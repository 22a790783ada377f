package io.channels4j.redis.queue.work;

import io.channels4j.layer.Delivery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A call that waits for a message from a work queue. Completing or cancelling its future withdraws the call.
 *
 * <p><b>Threads.</b> Items and failures complete the future on the common pool. The application's dependent stages do not delay the
 * control thread.
 */
public final class PendingReceive<T> {

    private final Result<T> future = new Result<>();
    private final Function<? super Delivery, T> result;
    private final Consumer<? super Delivery> onTaken;

    /** A future that is completed only once, either with an item or by the application. */
    private static final class Result<T> extends CompletableFuture<T> {

        private final AtomicBoolean settled = new AtomicBoolean();

        /** Settles the future. Returns false if an item or the application has already settled it. */
        boolean settle() {
            return settled.compareAndSet(false, true);
        }

        void deliver(T value) {
            ForkJoinPool.commonPool().execute(() -> super.complete(value));
        }

        void deliverFailure(RuntimeException cause) {
            ForkJoinPool.commonPool().execute(() -> super.completeExceptionally(cause));
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return settle() && super.cancel(mayInterruptIfRunning);
        }

        @Override
        public boolean complete(T value) {
            return settle() && super.complete(value);
        }

        @Override
        public boolean completeExceptionally(Throwable failure) {
            return settle() && super.completeExceptionally(failure);
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    /**
     * Creates a call.
     *
     * @param result a function that converts an item to the value of the future
     * @param onTaken a consumer that is called with the item when the call has taken it
     */
    public PendingReceive(Function<? super Delivery, T> result, Consumer<? super Delivery> onTaken) {
        this.result = result;
        this.onTaken = onTaken;
    }

    public CompletableFuture<T> future() {
        return future;
    }

    /** Returns true if the call no longer waits. */
    public boolean isWithdrawn() {
        return future.settled.get();
    }

    /** Offers an item. Returns true if this call took it. */
    public boolean offer(Delivery item) {
        boolean taken = future.settle();
        if (taken) {
            onTaken.accept(item);
            future.deliver(result.apply(item));
        }
        return taken;
    }

    /** Fails the call, unless it was withdrawn. */
    public void fail(RuntimeException cause) {
        if (future.settle()) {
            future.deliverFailure(cause);
        }
    }
}
