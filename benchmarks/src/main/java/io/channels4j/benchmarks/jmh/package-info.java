/** JMH benchmarks of individual parts, without external processes. */
@NullMarked
package io.channels4j.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
