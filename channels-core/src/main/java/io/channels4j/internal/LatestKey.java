package io.channels4j.internal;

/**
 * The key of messages of which only the latest matters.
 *
 * @param target the name of the group, or of the channel for a direct message; empty until a layer delivers the message
 * @param name the application's name
 */
public record LatestKey(String target, String name) {}
