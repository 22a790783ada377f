/** Real Redis servers for tests: one, a cluster of three, and one watched by sentinels. */
@NullMarked
package io.channels4j.redis.server;

import org.jspecify.annotations.NullMarked;
