package io.channels4j.layer;

import io.channels4j.Message;
import java.util.concurrent.CompletableFuture;

/** A message of a layer that gives each one once: it is gone when it is received, whatever becomes of the work. */
record ReceivedDelivery(Message message) implements Delivery {

    /** Completes as a receive does. To cancel it is to cancel the receive, so that one that comes too late loses no message. */
    static CompletableFuture<Delivery> of(CompletableFuture<Message> received) {
        CompletableFuture<Delivery> taken = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return received.cancel(mayInterruptIfRunning) && isCancelled();
            }
        };
        CompletableFuture<Message> unused = received.whenComplete((message, failure) -> {
            if (failure == null) {
                taken.complete(new ReceivedDelivery(message));
            } else {
                taken.completeExceptionally(failure);
            }
        });
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
