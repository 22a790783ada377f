package io.channels4j.netty.outbound;

/** Receives changes in the number of bytes that wait in an {@link OutboundQueue}. Implementations must be thread-safe. */
@FunctionalInterface
public interface QueuedBytesListener {

    /** Called after bytes were added to the queue (a positive change) or left it (a negative one). Any thread. */
    void queued(long change);
}
