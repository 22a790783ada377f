package io.channels4j.netty.eventloop;

/** Output that an {@link EventLoopState} flushes once at the end of a batch of work. Confined to its event loop. */
public interface BatchFlush {

    /** Flushes what was written since the last flush, if anything. */
    void flushBatch();
}
