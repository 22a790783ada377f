package io.channels4j.redis.queue.work;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;

/** A message from a work queue that was delivered to this process. Thread-safe. */
public final class WorkItem implements Delivery {

    private final WorkSettlement settlement;
    private final WorkQueue queue;
    private final String id;
    private final Message message;
    private final int earlierDeliveries;

    WorkItem(WorkSettlement settlement, WorkQueue queue, String id, Message message, int earlierDeliveries) {
        this.settlement = settlement;
        this.queue = queue;
        this.id = id;
        this.message = message;
        this.earlierDeliveries = earlierDeliveries;
    }

    WorkQueue queue() {
        return queue;
    }

    String id() {
        return id;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public int earlierDeliveries() {
        return earlierDeliveries;
    }

    @Override
    public void acknowledge() {
        settlement.settle(this, WorkSettlement.Outcome.ACKNOWLEDGED);
    }

    @Override
    public void requeue() {
        settlement.settle(this, WorkSettlement.Outcome.RETURNED);
    }

    /** Moves the message to the dead letters. */
    @Override
    public void giveUp() {
        settlement.settle(this, WorkSettlement.Outcome.GIVEN_UP);
    }
}
