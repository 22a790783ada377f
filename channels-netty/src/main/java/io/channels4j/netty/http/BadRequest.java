package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;

/** Tells that a request cannot be served, and with which status that is answered. */
public final class BadRequest extends ChannelsException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Headers headers;

    public BadRequest(int status, String message) {
        this(status, Headers.empty(), message);
    }

    public BadRequest(int status, Headers headers, String message) {
        super(message);
        this.status = status;
        this.headers = headers;
    }

    public int status() {
        return status;
    }

    /** Returns headers that belong to the answer. */
    public Headers headers() {
        return headers;
    }

    /** A peer's mistake needs no stack trace of ours. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
