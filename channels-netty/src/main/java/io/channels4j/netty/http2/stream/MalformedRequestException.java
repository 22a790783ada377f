package io.channels4j.netty.http2.stream;

import io.channels4j.ChannelsException;

/** Thrown when a request is malformed (RFC 9113 §8.1.1) and its stream must be reset. */
final class MalformedRequestException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    MalformedRequestException(String message) {
        super("malformed request: " + message);
    }

    /** Omits the stack trace, because the error is the client's. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
