/** Serializers that encode messages for other processes. */
@NullMarked
package io.channels4j.redis.serializer;

import org.jspecify.annotations.NullMarked;
