/** The server that load generators drive, written as a user would write it. */
@NullMarked
package io.channels4j.benchmarks;

import org.jspecify.annotations.NullMarked;
