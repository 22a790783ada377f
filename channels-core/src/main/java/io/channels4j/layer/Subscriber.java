package io.channels4j.layer;

import io.channels4j.Message;
import java.util.function.Predicate;

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

    /**
     * Offers a message with a {@linkplain Message#latest key}. A subscriber whose messages wait replaces an earlier message with the same key,
     * in the same place. The layer then counts the message as conflated and calls no other method for it.
     *
     * @param message the message
     * @param accept returns whether the layer permits the replacement of the given message. Call it at most once, immediately before the
     *     replacement
     * @return true if the message replaced another; false by default
     */
    default boolean replace(Message message, Predicate<Message> accept) {
        return false;
    }
}
