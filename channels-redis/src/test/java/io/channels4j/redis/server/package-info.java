/** Real Redis servers for tests: a single server, a cluster, and a master with sentinels. */
@NullMarked
package io.channels4j.redis.server;

import org.jspecify.annotations.NullMarked;
