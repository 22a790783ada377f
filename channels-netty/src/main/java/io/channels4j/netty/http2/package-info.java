/** HTTP/2, whose streams carry requests and WebSockets (RFC 9113, RFC 8441). Not exported. */
@NullMarked
package io.channels4j.netty.http2;

import org.jspecify.annotations.NullMarked;
