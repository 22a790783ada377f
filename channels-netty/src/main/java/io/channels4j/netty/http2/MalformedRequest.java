package io.channels4j.netty.http2;

import io.channels4j.ChannelsException;

/** Tells that a request is not HTTP/2 (RFC 9113 §8.1.1), so that its stream is reset. */
final class MalformedRequest extends ChannelsException {

    private static final long serialVersionUID = 1L;

    MalformedRequest(String message) {
        super(message);
    }

    /** A peer's mistake needs no stack trace of ours. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
