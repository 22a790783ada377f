package io.channels4j.server;

import java.time.Duration;

/**
 * The totals for a connection or request that has ended, as in an access log.
 *
 * @param status the close code of a WebSocket, or the status of an HTTP response or refusal. It is 0 if the peer
 *     disconnected before a status was sent.
 * @param duration the time from start to end
 * @param messagesIn the number of messages or request body parts received
 * @param messagesOut the number of messages or response body parts sent
 * @param bytesIn the number of message or body bytes received, without framing and headers
 * @param bytesOut the number of message or body bytes sent, before compression and without framing and headers
 */
public record ConnectionSummary(
        int status, Duration duration, long messagesIn, long messagesOut, long bytesIn, long bytesOut) {}
