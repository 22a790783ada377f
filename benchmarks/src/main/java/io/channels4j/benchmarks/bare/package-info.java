/** A server on Netty alone, which shows what the machine and Netty can do without this library. */
@NullMarked
package io.channels4j.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
