package io.channels4j.netty.outbound;

/** Receives the decisions of an {@link OverflowPolicy}. */
public interface OverflowListener {

    /** Called at most once, on the event loop, if the peer is too slow and must be disconnected. The queue is already closed. */
    void overflowed(String reason);

    /** Called on any thread, without any lock held, after a frame with a key was replaced by a newer one. */
    void conflated();

    /**
     * Called on any thread, without any lock held, after a frame was dropped.
     *
     * @param bytes the size of the frame
     * @param first whether this is the first dropped frame of the connection
     */
    void dropped(int bytes, boolean first);
}
