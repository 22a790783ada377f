package io.channels4j.redis.pubsub;

import java.time.Duration;

/**
 * The limits on publishing, per host.
 *
 * @param maxUnanswered how many messages may be in flight before senders wait for the reply
 * @param waits whether messages wait while a host is unavailable; if false, they fail immediately
 * @param maxBytes how many bytes may be unsent or unanswered
 * @param maxWait how long a message may wait
 */
public record PublishSettings(int maxUnanswered, boolean waits, long maxBytes, Duration maxWait) {

    /** About as many messages as a busy event loop sends per read, and few enough that losing them is acceptable. */
    public static final int DEFAULT_MAX_UNANSWERED = 256;

    /** 16 MiB. */
    public static final long DEFAULT_MAX_BYTES = 16L * 1024 * 1024;
}
