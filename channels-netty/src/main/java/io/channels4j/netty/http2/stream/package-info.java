/** The streams of an HTTP/2 connection, which carry requests and WebSockets (RFC 9113, RFC 8441). Not exported. */
@NullMarked
package io.channels4j.netty.http2.stream;

import org.jspecify.annotations.NullMarked;
