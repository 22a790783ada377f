package io.channels4j.netty.outbound;

/** Receives the decisions of an {@link OverflowPolicy}. */
public interface OverflowListener {

    /** The peer is too slow and must be disconnected; the queue is closed. Called at most once, on the event loop. */
    void overflowed(String reason);

    /**
     * A frame was dropped. Any thread, outside of any lock.
     *
     * @param bytes the size of the frame
     * @param first whether it is the first one of the connection
     */
    void dropped(int bytes, boolean first);
}
