/** Seeded fuzzing of a live server: any input from a peer is at most one debug line, and the server goes on. */
@NullMarked
package io.channels4j.netty.fuzz;

import org.jspecify.annotations.NullMarked;
