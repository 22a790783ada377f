/** What goes over the wire to Redis: keys, and messages as sealed bytes. */
@NullMarked
package io.channels4j.redis.wire;

import org.jspecify.annotations.NullMarked;
