package io.channels4j.redis.pubsub;

import java.time.Duration;

/**
 * What becomes of messages to other processes while their host is out of reach.
 *
 * @param waits whether they wait for it; else they fail at once
 * @param mostBytes how many bytes may be unsent or unanswered, for each host
 * @param longest how long a message may wait
 */
public record Outage(boolean waits, long mostBytes, Duration longest) {}
