package io.channels4j.redis;

import io.channels4j.Message;
import io.channels4j.redis.queue.WorkItem;

/**
 * A message of a work queue that one worker has: it is taken out of the queue by {@link #acknowledge}, and goes to
 * another worker when this process dies before. So a message is worked on at least once, and twice when a process dies
 * between the work and the acknowledgement.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Delivery {

    private final WorkItem item;

    Delivery(WorkItem item) {
        this.item = item;
    }

    /**
     * Returns the message.
     *
     * @return the message
     */
    public Message message() {
        return item.message();
    }

    /**
     * Returns how often the message was given to a worker before this one, so that work that kills its worker can be
     * told from others.
     *
     * @return zero for the first time
     */
    public int earlierDeliveries() {
        return item.deliveries();
    }

    /** Tells that the work is done. While Redis is out of reach that is noted here, and Redis is told later. */
    public void acknowledge() {
        item.done();
    }

    /** Gives the message back, to the end of its queue. */
    public void giveBack() {
        item.giveBack();
    }
}
