package io.channels4j.layer;

/**
 * An open channel whose messages are passed to a {@link Subscriber}.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface Subscription extends AutoCloseable {

    /**
     * Returns the name of the channel, which is unique across all processes.
     *
     * @return the name
     */
    String channel();

    /** Counts one received message as read. It then no longer counts against the capacity. */
    void consumed();

    /**
     * Counts one received message as read that the consumer did not handle, because a later message with the same
     * {@linkplain io.channels4j.Message#latest key} follows. Calls {@link #consumed()} by default.
     */
    default void conflated() {
        consumed();
    }

    /**
     * Closes the channel and removes it from all groups. Messages that are sent afterwards do not reach it. Idempotent.
     */
    @Override
    void close();
}
