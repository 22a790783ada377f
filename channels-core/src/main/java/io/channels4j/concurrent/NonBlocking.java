package io.channels4j.concurrent;

/**
 * Marks a {@link Thread} class whose threads serve many connections and must not block, such as event loops. On such a thread,
 * {@link Blocking#await} throws an exception instead of waiting.
 */
public interface NonBlocking {}
