package io.channels4j.redis.queue.work;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** A call that waits for a message from a work queue. Completing or cancelling its future withdraws the call. */
public final class PendingReceive<T> {

    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Function<WorkItem, T> result;
    private final Consumer<WorkItem> onTaken;

    /**
     * Creates a call.
     *
     * @param result a function that converts an item to the value of the future
     * @param onTaken a consumer that is called with the item after the future has accepted it
     */
    public PendingReceive(Function<WorkItem, T> result, Consumer<WorkItem> onTaken) {
        this.result = result;
        this.onTaken = onTaken;
    }

    public CompletableFuture<T> future() {
        return future;
    }

    boolean isWithdrawn() {
        return future.isDone();
    }

    /** Offers an item. Returns true if this call took it. */
    boolean offer(WorkItem item) {
        boolean taken = future.complete(result.apply(item));
        if (taken) {
            onTaken.accept(item);
        }
        return taken;
    }

    void fail(RuntimeException cause) {
        future.completeExceptionally(cause);
    }
}
