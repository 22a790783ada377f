package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;

/** Thrown when a request cannot be served. Contains the status of the response. */
public final class RequestRejectedException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Headers headers;
    private final String reason;

    public RequestRejectedException(int status, String message) {
        this(status, Headers.empty(), message);
    }

    public RequestRejectedException(int status, Headers headers, String message) {
        this(status, headers, message, "malformed");
    }

    private RequestRejectedException(int status, Headers headers, String message, String reason) {
        super(message);
        this.status = status;
        this.headers = headers;
        this.reason = reason;
    }

    /** Returns the rejection for a request that exceeds a server limit. The reason is the name of the limit. */
    public static RequestRejectedException beyond(String limit) {
        return new RequestRejectedException(503, Headers.of("retry-after", "1"), "limit: " + limit, limit);
    }

    /** Returns the rejection for a body that is too long. */
    static RequestRejectedException tooLarge(long maxBytes) {
        return new RequestRejectedException(413, "the body has more than " + maxBytes + " bytes");
    }

    /** Returns the reason to pass to {@link io.channels4j.server.ServerListener#refused}. */
    public String reason() {
        return reason;
    }

    public int status() {
        return status;
    }

    /** Returns additional headers of the response. */
    public Headers headers() {
        return headers;
    }

    /** Omits the stack trace, because the error is the client's. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
