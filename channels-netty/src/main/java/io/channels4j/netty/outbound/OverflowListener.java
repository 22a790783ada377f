package io.channels4j.netty.outbound;

/** Receives the decisions of an {@link OverflowPolicy}. */
public interface OverflowListener {

    /** Called at most once, on the event loop, if the peer is too slow and must be disconnected. The queue is already closed. */
    void overflowed(String reason);

    /**
     * Called after a frame was dropped. Any thread, without any lock held.
     *
     * @param bytes the size of the frame
     * @param first whether this is the first dropped frame of the connection
     */
    void dropped(int bytes, boolean first);
}
