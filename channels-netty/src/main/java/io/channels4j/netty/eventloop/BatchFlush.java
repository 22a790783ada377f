package io.channels4j.netty.eventloop;

/** Output that an {@link EventLoopState} flushes once at the end of a batch of work. Confined to its event loop. */
public interface BatchFlush {

    /** Flushes the output that has been written since the last flush. */
    void flushBatch();
}
