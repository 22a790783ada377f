/** The server under test, written like a user's application. */
@NullMarked
package io.channels4j.benchmarks;

import org.jspecify.annotations.NullMarked;
