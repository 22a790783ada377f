package io.channels4j.netty.outbound;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * Measures the progress of individual HTTP/2 streams, which share the buffers of their connection. Bytes count as received when
 * flow control has released them.
 *
 * <p>Confined to its event loop, except for {@link #queued}.
 */
public interface StreamMeter {

    /** The attribute of a connection's channel that holds its meter. */
    AttributeKey<StreamMeter> KEY = AttributeKey.valueOf(StreamMeter.class, "meter");

    /** Starts measuring a stream. */
    void start(Channel stream);

    /**
     * Returns the number of bytes received since the start. While the stream's window is open, its output waits only
     * for the connection. The bytes of all streams then count.
     */
    long taken(Channel stream);

    /** Adds to the number of bytes that wait in the queues of the streams. Any thread. */
    void queued(long change);

    /** Records that output was passed to flow control. */
    void written(Channel stream, int bytes);

    /** Stops measuring a stream. */
    void stop(Channel stream);
}
