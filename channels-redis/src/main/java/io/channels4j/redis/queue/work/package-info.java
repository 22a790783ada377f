/** Receives from work queues. */
@NullMarked
package io.channels4j.redis.queue.work;

import org.jspecify.annotations.NullMarked;
