/**
 * The queue layer's data in Redis. It consists of partitions with their keys and leases, and of envelopes. Scripts
 * change it.
 */
@NullMarked
package io.channels4j.redis.queue.store;

import org.jspecify.annotations.NullMarked;
