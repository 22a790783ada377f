package io.channels4j.netty.outbound;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * Counts the bytes that the peer has taken of single HTTP/2 streams, which share the buffers of their connection.
 *
 * <p>Confined to its event loop.
 */
public interface StreamMeter {

    /** The attribute of a connection's channel that holds its meter. */
    AttributeKey<StreamMeter> KEY = AttributeKey.valueOf(StreamMeter.class, "meter");

    /** Starts to count the bytes of a stream. */
    void start(Channel stream);

    /**
     * Returns the number of bytes taken since the start. While the stream's own window is open, it waits for the connection, and bytes of
     * any stream count.
     */
    long taken(Channel stream);

    /** Ends the count. */
    void stop(Channel stream);
}
