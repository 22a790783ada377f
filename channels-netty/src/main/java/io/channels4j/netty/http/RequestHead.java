package io.channels4j.netty.http;

import io.channels4j.Headers;

/**
 * The head of a well-formed request.
 *
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2}
 * @param method the method; GET for a WebSocket over HTTP/2
 * @param target the path and the query
 * @param headers the headers, with names in lower case
 * @param webSocket whether the request is a WebSocket handshake
 * @param hasBody whether a body may follow
 * @param keepAlive whether the client may send another request on the connection
 */
public record RequestHead(
        String httpVersion,
        String method,
        String target,
        Headers headers,
        boolean webSocket,
        boolean hasBody,
        boolean keepAlive) {

    /** Rejects a target that is longer than the limit (RFC 9110 §15.5.15). */
    public static void requireLength(String target, int maxBytes) {
        if (target.length() > maxBytes) {
            throw new RequestRejectedException(
                    414, "request target: %d bytes (expected: at most %d)".formatted(target.length(), maxBytes));
        }
    }

    /**
     * Checks that a target contains only visible ASCII characters, because targets appear in scopes and logs.
     */
    public static void requireUri(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) > '~') {
                throw new RequestRejectedException(
                        400, "request target: %s (expected: only characters of a URI)".formatted(target));
            }
        }
    }

    boolean isHttp2() {
        return httpVersion.equals("2");
    }

    /** Returns the announced length of the body, or 0 if there is none. The header's value has already been validated. */
    long contentLength() {
        return headers.first("content-length").map(Long::parseLong).orElse(0L);
    }

    /**
     * Returns true if the client waits for 100 Continue before it sends the body (RFC 9110 §10.1.1).
     *
     * @throws RequestRejectedException if the client has any other expectation
     */
    boolean expectsContinue() {
        String expectation = headers.first("expect").orElse(null);
        if (expectation == null || httpVersion.equals("1.0")) {
            return false;
        }
        if (!expectation.equalsIgnoreCase("100-continue")) {
            throw new RequestRejectedException(417, "expectation: " + expectation);
        }
        return hasBody;
    }
}
