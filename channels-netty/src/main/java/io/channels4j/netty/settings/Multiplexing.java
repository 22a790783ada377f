package io.channels4j.netty.settings;

/**
 * Whether and how many streams share a connection (HTTP/2).
 *
 * @param enabled whether HTTP/2 is spoken at all
 * @param maxConcurrentStreams how many streams there may be at once
 * @param maxResets how many may be reset within 30 seconds, by the peer or for its mistakes
 */
public record Multiplexing(boolean enabled, int maxConcurrentStreams, int maxResets) {}
