package io.channels4j.netty.outbound;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * Counts the bytes that the peer has received on individual HTTP/2 streams. The streams share the buffers of their
 * connection.
 *
 * <p>Confined to its event loop.
 */
public interface StreamMeter {

    /** The attribute of a connection's channel that holds its meter. */
    AttributeKey<StreamMeter> KEY = AttributeKey.valueOf(StreamMeter.class, "meter");

    /** Starts counting the bytes of a stream. */
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

    /** Stops counting. */
    void stop(Channel stream);
}
