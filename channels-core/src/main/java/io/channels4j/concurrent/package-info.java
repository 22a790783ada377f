/** Blocking work beside event loops that must not block. */
@NullMarked
package io.channels4j.concurrent;

import org.jspecify.annotations.NullMarked;
