/** Seeded fuzzing of a running server: an invalid input causes at most one debug line, and the server continues to serve requests. */
@NullMarked
package io.channels4j.netty.soak;

import org.jspecify.annotations.NullMarked;
