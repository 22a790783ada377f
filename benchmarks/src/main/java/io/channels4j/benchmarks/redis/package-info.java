/** Benchmarks of the Redis layers beside plain Lettuce. */
@NullMarked
package io.channels4j.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
