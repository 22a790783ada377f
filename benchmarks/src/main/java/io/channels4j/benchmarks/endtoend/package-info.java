/**
 * Comparisons of our server with the bare server. Both run in separate processes and receive traffic alternately over real
 * sockets.
 */
@NullMarked
package io.channels4j.benchmarks.endtoend;

import org.jspecify.annotations.NullMarked;
