/** The queue layer's data in Redis: partitions with their keys and leases, envelopes, and the scripts that change them. */
@NullMarked
package io.channels4j.redis.queue.store;

import org.jspecify.annotations.NullMarked;
