/** A server for applications: HTTP/1.1 and WebSocket (RFC 6455) on Netty. */
@NullMarked
package io.channels4j.netty;

import org.jspecify.annotations.NullMarked;
