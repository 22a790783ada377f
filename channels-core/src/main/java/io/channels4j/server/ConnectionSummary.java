package io.channels4j.server;

import java.time.Duration;

/**
 * The totals for a connection or request that has ended, as in an access log.
 *
 * @param status the close code of a WebSocket, or the status of an HTTP response or refusal; 0 if the peer disconnected before a
 *     status was sent
 * @param duration the time from start to end
 * @param messagesIn the number of messages received, or parts of a request body
 * @param messagesOut the number of messages sent, or parts of a response body
 * @param bytesIn the bytes of the messages received, without framing and headers
 * @param bytesOut the bytes of the messages sent, without framing and headers, before compression
 */
public record ConnectionSummary(
        int status, Duration duration, long messagesIn, long messagesOut, long bytesIn, long bytesOut) {}
