package io.channels4j.layer;

import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.delivery.UnreadMessage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A message that was taken from a channel in this process. */
final class PulledDelivery implements Delivery {

    private final LocalDelivery delivery;
    private final String channel;
    private final UnreadMessage unread;
    private final AtomicBoolean settled = new AtomicBoolean();

    PulledDelivery(LocalDelivery delivery, String channel, UnreadMessage unread) {
        this.delivery = delivery;
        this.channel = channel;
        this.unread = unread;
    }

    @Override
    public Message message() {
        return unread.message();
    }

    @Override
    public int earlierDeliveries() {
        return unread.deliveries();
    }

    @Override
    public void acknowledge() {
        settled.set(true);
    }

    @Override
    public void requeue() {
        if (settled.compareAndSet(false, true)) {
            delivery.requeue(channel, unread);
        }
    }
}
