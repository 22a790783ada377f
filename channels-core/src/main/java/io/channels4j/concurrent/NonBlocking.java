package io.channels4j.concurrent;

/**
 * Marks a {@link Thread} class whose threads serve many connections and must not block, such as event loops. {@link Blocking#await}
 * fails on them.
 */
public interface NonBlocking {}
