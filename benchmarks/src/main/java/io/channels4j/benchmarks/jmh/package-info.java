/** The parts by themselves, measured by JMH without sockets. */
@NullMarked
package io.channels4j.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
