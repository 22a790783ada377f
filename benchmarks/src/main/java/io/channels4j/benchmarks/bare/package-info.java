/** A server on Netty alone: what the machine and Netty can do, with nothing of ours in between. */
@NullMarked
package io.channels4j.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
