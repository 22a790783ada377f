/** The chat after the upgrade. */
@NullMarked
package io.channels4j.redis.adjacent.later;

import org.jspecify.annotations.NullMarked;
