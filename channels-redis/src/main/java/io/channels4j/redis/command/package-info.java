/** Commands to hosts by connections that come back by themselves, a cluster being one host. Not exported. */
@NullMarked
package io.channels4j.redis.command;

import org.jspecify.annotations.NullMarked;
