/** The machinery of the layer with queues: leases, inboxes, groups, work queues, delayed messages. Not exported. */
@NullMarked
package io.channels4j.redis.queue;

import org.jspecify.annotations.NullMarked;
