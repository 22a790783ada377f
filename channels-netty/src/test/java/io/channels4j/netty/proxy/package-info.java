/** Tests of forwarding headers from trusted proxies. */
@NullMarked
package io.channels4j.netty.proxy;

import org.jspecify.annotations.NullMarked;
