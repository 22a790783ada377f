package io.channels4j.layer;

import io.channels4j.Message;

/**
 * Receives the messages of one channel.
 *
 * <p><b>Threads.</b> Called on the executor that was passed to {@link ChannelLayer#subscribe}, in the order of the messages.
 * Implementations must not block. If the subscriber throws an exception, the exception is logged and the message is lost. The
 * message still counts as unread unless it was already consumed.
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
