/** The names of keys and the encoding of messages in Redis. */
@NullMarked
package io.channels4j.redis.wire;

import org.jspecify.annotations.NullMarked;
