package io.channels4j.layer;

/**
 * An open channel whose messages go to a {@link Subscriber}.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface Subscription extends AutoCloseable {

    /**
     * Returns the name of the channel, unique among all processes.
     *
     * @return the name
     */
    String channel();

    /** Tells that a message which the subscriber took has been read, so that it no longer counts against the capacity. */
    void consumed();

    /**
     * Closes the channel and takes it out of all its groups; when this returns, no message that is sent later reaches it.
     * Closing twice is closing once.
     */
    @Override
    void close();
}
