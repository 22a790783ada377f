package io.channels4j.layer;

import io.channels4j.Message;
import java.util.concurrent.atomic.AtomicBoolean;

/** A message of a channel of this process, which comes again when it is given back. */
final class PulledDelivery implements Delivery {

    private final PullChannels channels;
    private final String channel;
    private final PullChannel.Unread unread;
    private final AtomicBoolean settled = new AtomicBoolean();

    PulledDelivery(PullChannels channels, String channel, PullChannel.Unread unread) {
        this.channels = channels;
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
            channels.giveBack(channel, unread.message(), unread.deliveries() + 1);
        }
    }
}
