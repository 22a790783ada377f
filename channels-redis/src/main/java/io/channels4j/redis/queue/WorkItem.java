package io.channels4j.redis.queue;

import io.channels4j.Message;

/**
 * A message of a work queue that this process has and nobody else gets while it lives.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class WorkItem {

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

    /** Returns the message. */
    public Message message() {
        return message;
    }

    /** Returns how often this message was given to a worker before. */
    public int deliveries() {
        return deliveries;
    }

    /** Tells that the work is done. */
    public void done() {
        reader.finish(this, true);
    }

    /** Gives the work back, to go to the queue's end. */
    public void giveBack() {
        reader.finish(this, false);
    }
}
