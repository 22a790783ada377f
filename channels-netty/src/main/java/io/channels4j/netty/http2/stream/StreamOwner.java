package io.channels4j.netty.http2.stream;

/** The connection of a stream, as the stream sees it. Confined to its event loop. */
public interface StreamOwner {

    /** Returns true if the stream that was opened last exceeds the limit of concurrent streams. */
    boolean hasTooManyStreams();

    /** Counts bytes of the body of a request. */
    void countBody(int bytes);

    /** Returns the number of bytes in the bodies of all requests so far. */
    long bodyBytes();

    /** Counts and logs an error for which a stream is reset. */
    void streamRejected(String description);

    /** Logs an error of the client; only the first error on this connection is logged. */
    void logClientError(String description);
}
