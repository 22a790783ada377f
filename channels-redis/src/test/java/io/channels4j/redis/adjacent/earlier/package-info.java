/** The chat before the upgrade. */
@NullMarked
package io.channels4j.redis.adjacent.earlier;

import org.jspecify.annotations.NullMarked;
