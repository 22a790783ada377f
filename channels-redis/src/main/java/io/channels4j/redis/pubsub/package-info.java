/** The transport of the pub/sub layers: publishing, subscriptions and the hosts that serve them. Not exported. */
@NullMarked
package io.channels4j.redis.pubsub;

import org.jspecify.annotations.NullMarked;
