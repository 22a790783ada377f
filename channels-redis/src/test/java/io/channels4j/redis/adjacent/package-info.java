/** Two adjacent versions of an application on one layer, each with its own class loader. */
@NullMarked
package io.channels4j.redis.adjacent;

import org.jspecify.annotations.NullMarked;
