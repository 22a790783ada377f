/** The machinery of the pub/sub layer. Not exported. */
@NullMarked
package io.channels4j.redis.dialect;

import org.jspecify.annotations.NullMarked;
