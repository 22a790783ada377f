/** Connections to Redis: hosts, clients, reconnection and failures. Not exported. */
@NullMarked
package io.channels4j.redis.connection;

import org.jspecify.annotations.NullMarked;
