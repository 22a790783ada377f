package io.channels4j.redis.pubsub;

import java.time.Duration;

/**
 * How messages go to the other processes.
 *
 * @param mostUnanswered how many may be on their way to each host, unanswered, without their senders waiting
 * @param waits whether they wait for a host that is out of reach; else they fail at once
 * @param mostBytes how many bytes may be unsent or unanswered, for each host
 * @param longest how long a message may wait
 */
public record PublishSettings(int mostUnanswered, boolean waits, long mostBytes, Duration longest) {

    /** Enough for what one read of a busy event loop brings, and few enough to lose. */
    public static final int UNANSWERED = 256;

    /** Sixteen mebibytes. */
    public static final long BYTES = 16L * 1024 * 1024;
}
