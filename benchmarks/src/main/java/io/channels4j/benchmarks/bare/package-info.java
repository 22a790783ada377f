/** A server built on Netty alone. It shows what the machine and Netty can achieve without this library. */
@NullMarked
package io.channels4j.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
