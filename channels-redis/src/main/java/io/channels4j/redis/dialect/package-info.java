/** The languages of the pub/sub layers: names, addresses and the form of messages. Not exported. */
@NullMarked
package io.channels4j.redis.dialect;

import org.jspecify.annotations.NullMarked;
