/** Channel layers and sessions for many processes, backed by Redis. */
@NullMarked
package io.channels4j.redis;

import org.jspecify.annotations.NullMarked;
