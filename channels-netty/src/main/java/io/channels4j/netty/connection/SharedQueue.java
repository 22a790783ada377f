package io.channels4j.netty.connection;

import org.jspecify.annotations.Nullable;

/**
 * Who is told of the bytes that wait on a connection with several requests: whoever was at work when the first of them was queued, until
 * none waits any more, so that what each one is told adds up to zero. Thread-safe.
 */
public final class SharedQueue {

    private @Nullable Tally current;
    private @Nullable Tally told;
    private long bytes;

    /** A request begins. */
    public synchronized void serves(Tally tally) {
        current = tally;
    }

    /** So many more bytes wait, or fewer. */
    public void queued(long change) {
        Tally listening;
        synchronized (this) {
            if (bytes == 0) {
                told = current;
            }
            bytes += change;
            listening = told;
        }
        if (listening != null) {
            listening.queued(change);
        }
    }
}
