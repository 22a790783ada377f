package io.channels4j.layer;

import io.channels4j.Message;

/**
 * Receives the messages of one channel.
 *
 * <p><b>Threads.</b> Called on the executor that was passed to {@link ChannelLayer#subscribe}, in the order of the messages; it must not
 * block. An exception is logged; its message is lost, and remains counted as unread unless it was consumed before.
 */
@FunctionalInterface
public interface Subscriber {

    /**
     * Receives a message, which counts as unread until {@link Subscription#consumed()} is called.
     *
     * @param message the message
     */
    void message(Message message);
}
