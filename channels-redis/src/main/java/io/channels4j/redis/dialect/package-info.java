/** The dialects of the pub/sub layers: names, addresses and the message format. Not exported. */
@NullMarked
package io.channels4j.redis.dialect;

import org.jspecify.annotations.NullMarked;
