package io.channels4j.netty.http2.stream;

/** A connection from the perspective of one of its streams. Confined to its event loop. */
public interface StreamOwner {

    /** Returns true if the most recently opened stream exceeds the limit on concurrent streams. */
    boolean hasTooManyStreams();

    /**
     * Returns true if a request must wait because too much of the connection's output is waiting, or because an earlier request
     * has not started. The connection then calls {@link RequestStream#startDeferred} later.
     */
    boolean defers(RequestStream request);

    /** Forgets a deferred request, because its stream has ended. */
    void forget(RequestStream request);

    /** Counts bytes of a request body. */
    void countBody(int bytes);

    /** Returns the number of bytes in the bodies of all requests so far. */
    long bodyBytes();

    /** Counts and logs a client error for which a stream is reset. */
    void streamRejected(String description);

    /** Logs a client error. Only the first error on this connection is logged. */
    void logClientError(String description);
}
