/** Our server and the bare one, each in a process of its own, driven over real sockets in turn. */
@NullMarked
package io.channels4j.benchmarks.endtoend;

import org.jspecify.annotations.NullMarked;
