/** Support for blocking work in applications whose event loops must not block. */
@NullMarked
package io.channels4j.concurrent;

import org.jspecify.annotations.NullMarked;
