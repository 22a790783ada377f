/** The way to Redis: hosts, connections that come back by themselves, and which host has what. Not exported. */
@NullMarked
package io.channels4j.redis.connection;

import org.jspecify.annotations.NullMarked;
