package io.channels4j.concurrent;

/**
 * Marks a {@link Thread} class whose threads serve many connections and so must not wait, such as the threads of an event
 * loop. {@link Blocking#await} refuses to run on them.
 */
public interface NonBlocking {}
