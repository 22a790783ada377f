package io.channels4j.redis.queue;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Waits for a message with a future; whoever cancels the future gives up. */
final class FutureTaker<T> implements WorkQueue.Taker {

    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Function<WorkItem, T> answer;
    private final boolean finishes;

    /**
     * Makes a taker.
     *
     * @param answer makes what the future completes with
     * @param finishes whether the message is done with as soon as it is taken
     */
    FutureTaker(Function<WorkItem, T> answer, boolean finishes) {
        this.answer = answer;
        this.finishes = finishes;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    public boolean gaveUp() {
        return future.isDone();
    }

    @Override
    public boolean take(WorkItem item) {
        boolean taken = future.complete(answer.apply(item));
        if (taken && finishes) {
            item.acknowledge();
        }
        return taken;
    }

    void refuse(RuntimeException why) {
        future.completeExceptionally(why);
    }
}
