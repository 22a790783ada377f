package io.channels4j.netty.eventloop;

import java.util.IdentityHashMap;

/**
 * The contents of the frames that wait on one event loop. A broadcast, for example, waits for many peers but occupies its memory
 * only once, so it is counted only once. Thread-safe.
 */
public final class HeldContents {

    /** Smaller contents are counted once per frame, because looking them up would cost more than it saves. */
    private static final int MIN_BYTES = 4 * 1024;

    private final IdentityHashMap<Object, Integer> holders = new IdentityHashMap<>();

    /** Records that a frame starts to wait. Returns the number of bytes to add to the memory in use. */
    public long hold(Object content, int bytes) {
        return bytes < MIN_BYTES || add(content, 1) == 1 ? bytes : 0;
    }

    /** Records that a frame no longer waits. Returns the number of bytes to subtract from the memory in use. */
    public long release(Object content, int bytes) {
        return bytes < MIN_BYTES || add(content, -1) == 0 ? bytes : 0;
    }

    private synchronized int add(Object content, int change) {
        int present = holders.merge(content, change, Integer::sum);
        if (present == 0) {
            holders.remove(content);
        }
        return present;
    }
}
