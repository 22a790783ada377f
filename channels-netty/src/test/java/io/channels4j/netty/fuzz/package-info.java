/**
 * Seeded fuzzing of a running server. An invalid input must cause at most one debug line, and the server must keep serving
 * requests.
 */
@NullMarked
package io.channels4j.netty.fuzz;

import org.jspecify.annotations.NullMarked;
