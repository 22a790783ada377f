package io.channels4j.netty.eventloop;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The contents of the frames that wait on one event loop, each counted once: a broadcast, or a response that is the same array for all
 * clients, occupies its memory once, however many peers it waits for. Thread-safe.
 */
public final class HeldContents {

    /** Smaller frames count each time; to find out whether they are shared would cost more. */
    private static final int MIN_BYTES = 4 * 1024;

    private final Map<Object, Integer> holders = new IdentityHashMap<>();

    /** Returns the number of bytes by which the memory in use grows when a frame with a content of this size starts to wait. */
    public long hold(Object content, int bytes) {
        return bytes < MIN_BYTES || add(content, 1) == 1 ? bytes : 0;
    }

    /** Returns the number of bytes by which the memory in use shrinks when a frame no longer waits. */
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
