/** How messages become bytes for other processes. */
@NullMarked
package io.channels4j.redis.serializer;

import org.jspecify.annotations.NullMarked;
