package io.channels4j.redis.pubsub;

import java.time.Duration;

/**
 * The limits on publishing, per host.
 *
 * @param maxUnanswered the number of messages that may be in flight before senders wait for the reply
 * @param waits whether messages wait while a host is unavailable; if false, they fail immediately
 * @param maxBytes the maximum number of bytes that are unsent or unanswered
 * @param maxWait the maximum time for which a message may wait
 */
public record PublishSettings(int maxUnanswered, boolean waits, long maxBytes, Duration maxWait) {

    /** The default for {@link #maxUnanswered()}. Unanswered messages may be lost if the connection to the host breaks. */
    public static final int DEFAULT_MAX_UNANSWERED = 256;

    /** 16 MiB. */
    public static final long DEFAULT_MAX_BYTES = 16L * 1024 * 1024;
}
