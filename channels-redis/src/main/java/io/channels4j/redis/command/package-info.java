/** Connections that run commands and scripts on a host or a cluster. Not exported. */
@NullMarked
package io.channels4j.redis.command;

import org.jspecify.annotations.NullMarked;
