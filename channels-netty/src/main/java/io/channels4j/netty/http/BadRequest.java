package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import org.jspecify.annotations.Nullable;

/** Tells that a request cannot be served, and with which status that is answered. */
public final class BadRequest extends ChannelsException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Headers headers;
    private final String reason;

    public BadRequest(int status, String message) {
        this(status, Headers.empty(), message);
    }

    public BadRequest(int status, Headers headers, String message) {
        this(status, headers, message, "malformed");
    }

    private BadRequest(int status, Headers headers, String message, String reason) {
        super(message);
        this.status = status;
        this.headers = headers;
        this.reason = reason;
    }

    /** Returns the refusal of what a limit of the server does not allow. */
    public static BadRequest beyond(String limit) {
        return new BadRequest(503, Headers.of("retry-after", "1"), "limit: " + limit, limit);
    }

    /** Returns the refusal of a body that is too long. */
    public static BadRequest tooLarge(long limit) {
        return new BadRequest(413, "the body has more than " + limit + " bytes");
    }

    /** Tells whether a client waits to be told to send its body; refuses what else it may expect (RFC 9110 §10.1.1). */
    public static boolean requireExpectation(@Nullable String expectation) {
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            throw new BadRequest(417, "expectation: " + expectation);
        }
        return expectation != null;
    }

    /** Returns the word that a listener gets for it. */
    public String reason() {
        return reason;
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

    /** Checks that a request's target has only what may stand in a URI (RFC 3986 §2): it gets into scopes and logs. */
    public static void requireUri(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) > '~') {
                throw new BadRequest(400, "the request target has a character that is not of a URI: " + target);
            }
        }
    }
}
