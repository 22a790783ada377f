package io.channels4j.netty.connection;

import io.channels4j.netty.outbound.QueuedBytesListener;
import org.jspecify.annotations.Nullable;

/**
 * Attributes all bytes in a connection's queue to the request that was being served when the queue was last empty. The changes
 * reported for each request therefore add up to zero when the queue is empty again. Thread-safe.
 */
public final class SharedQueueMetrics implements QueuedBytesListener {

    private @Nullable ConnectionMetrics current;
    private @Nullable ConnectionMetrics reporting;
    private long bytes;

    /** Sets the request that is being served from now on. */
    public synchronized void serves(ConnectionMetrics request) {
        current = request;
    }

    @Override
    public void queued(long change) {
        ConnectionMetrics request;
        synchronized (this) {
            if (bytes == 0) {
                reporting = current;
            }
            bytes += change;
            request = reporting;
        }
        if (request != null) {
            request.queued(change);
        }
    }
}
