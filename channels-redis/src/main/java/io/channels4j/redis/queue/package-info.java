/** The transport of the queue layer: this process's groups, its inboxes and requests between processes. Not exported. */
@NullMarked
package io.channels4j.redis.queue;

import org.jspecify.annotations.NullMarked;
