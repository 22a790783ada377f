/** Runs our server and the bare server in separate processes and drives them alternately over real sockets. */
@NullMarked
package io.channels4j.benchmarks.endtoend;

import org.jspecify.annotations.NullMarked;
