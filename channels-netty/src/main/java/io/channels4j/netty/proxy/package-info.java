/** Trusted proxies: the PROXY protocol and forwarding headers. Not exported. */
@NullMarked
package io.channels4j.netty.proxy;

import org.jspecify.annotations.NullMarked;
