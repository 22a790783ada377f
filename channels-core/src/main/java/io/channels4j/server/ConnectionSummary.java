package io.channels4j.server;

import java.time.Duration;

/**
 * What became of one connection or request: the facts of its line in an access log.
 *
 * @param status the close code of a WebSocket, or the status of an HTTP response or refusal; 0 when the peer left before one
 * @param duration the time from its start to its end
 * @param messagesIn how many messages came, or parts of a request's body
 * @param messagesOut how many messages went out, or parts of a response's body
 * @param bytesIn how many bytes of them came, without framing and headers
 * @param bytesOut how many bytes of them went out, without framing, headers and compression
 */
public record ConnectionSummary(
        int status, Duration duration, long messagesIn, long messagesOut, long bytesIn, long bytesOut) {}
