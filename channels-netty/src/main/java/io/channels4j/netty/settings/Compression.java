package io.channels4j.netty.settings;

/**
 * Whether and how WebSocket messages are compressed, if the peer agrees.
 *
 * @param enabled whether it is agreed to at all
 * @param threshold messages of fewer bytes are sent as they are
 * @param context whether a message may refer to earlier ones, which takes memory for each connection
 */
public record Compression(boolean enabled, int threshold, boolean context) {}
