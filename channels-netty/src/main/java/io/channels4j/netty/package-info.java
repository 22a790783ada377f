/** A Netty-based server for applications: HTTP/1.1, HTTP/2 and WebSocket (RFC 6455). */
@NullMarked
package io.channels4j.netty;

import org.jspecify.annotations.NullMarked;
