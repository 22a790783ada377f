package io.channels4j.concurrent;

/**
 * Marks a {@link Thread} class whose threads, such as event loops, must not block. On such a thread, {@link
 * Blocking#await} throws an exception instead of waiting.
 */
public interface NonBlocking {}
