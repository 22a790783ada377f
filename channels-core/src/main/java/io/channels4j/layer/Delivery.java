package io.channels4j.layer;

import io.channels4j.Message;

/**
 * A message that was {@linkplain ChannelLayer#take taken} from a channel. Acknowledge it when the work is done.
 *
 * <p>A layer that {@linkplain ChannelLayer#redelivers redelivers} keeps the message until it is acknowledged. If the message is requeued or
 * the process dies, the message is delivered again. The work is therefore done at least once. It is repeated if a
 * process dies between the work and the acknowledgement.
 *
 * <p><b>Threads.</b> Thread-safe. No method blocks. Only the first call to {@link #acknowledge}, {@link #requeue} or {@link #giveUp} has an
 * effect.
 */
public interface Delivery {

    /**
     * Returns the message.
     *
     * @return the message
     */
    Message message();

    /**
     * Returns the number of earlier deliveries that were requeued or whose process died. Use it to detect messages that crash their
     * worker.
     *
     * @return zero for the first delivery
     */
    int earlierDeliveries();

    /** Marks the work as done. The message is not delivered again. */
    void acknowledge();

    /** Returns the message to the end of its channel, to be delivered again. */
    void requeue();

    /**
     * Removes the message from its channel because it cannot be handled. This happens, for example, after too many
     * attempts. If the layer does not keep such messages as dead letters, this is the same as {@link #acknowledge}.
     */
    default void giveUp() {
        acknowledge();
    }
}
