package io.channels4j.layer;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A message from a layer without redelivery. It was removed from the layer when it was received. */
record ReceivedDelivery(Message message) implements Delivery {

    /**
     * Returns a future with the outcome of a receive. Cancelling the future cancels the receive. No message is then
     * lost.
     */
    static CompletableFuture<Delivery> of(CompletableFuture<Message> received) {
        CompletableFuture<Delivery> taken = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return received.cancel(mayInterruptIfRunning) && isCancelled();
            }
        };
        CompletionStage<Message> stage = received;
        stage.whenComplete((message, failure) ->
                Stages.complete(taken, failure == null ? new ReceivedDelivery(message) : null, failure));
        return taken;
    }

    @Override
    public int earlierDeliveries() {
        return 0;
    }

    @Override
    public void acknowledge() {}

    @Override
    public void requeue() {}
}
