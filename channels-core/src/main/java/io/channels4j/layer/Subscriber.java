package io.channels4j.layer;

import io.channels4j.Message;

/**
 * Takes the messages of one channel as they come.
 *
 * <p><b>Threads.</b> Called on the executor that was given at {@link ChannelLayer#subscribe}, in the order of the messages;
 * it must not block. What it throws is logged; the message is lost, and still counts
 * as unread unless it was consumed before.
 */
@FunctionalInterface
public interface Subscriber {

    /**
     * Takes a message. It counts as unread until {@link Subscription#consumed()} is called for it.
     *
     * @param message the message
     */
    void message(Message message);
}
