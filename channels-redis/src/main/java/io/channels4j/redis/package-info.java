/** Channel layers and sessions for many processes, on Redis. */
@NullMarked
package io.channels4j.redis;

import org.jspecify.annotations.NullMarked;
