/** Sends messages to groups, processes and work queues, in order and with retries. */
@NullMarked
package io.channels4j.redis.queue.send;

import org.jspecify.annotations.NullMarked;
