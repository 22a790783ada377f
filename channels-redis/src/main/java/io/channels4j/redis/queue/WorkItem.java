package io.channels4j.redis.queue;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;

/** A message of a work queue that this process has. Redis is told later what became of it while it is out of reach. */
final class WorkItem implements Delivery {

    private final WorkReader reader;
    final WorkQueue queue;
    final String id;
    private final Message message;
    private final int deliveries;

    WorkItem(WorkReader reader, WorkQueue queue, String id, Message message, int deliveries) {
        this.reader = reader;
        this.queue = queue;
        this.id = id;
        this.message = message;
        this.deliveries = deliveries;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public int earlierDeliveries() {
        return deliveries;
    }

    @Override
    public void acknowledge() {
        reader.finish(this, true);
    }

    @Override
    public void requeue() {
        reader.finish(this, false);
    }
}
