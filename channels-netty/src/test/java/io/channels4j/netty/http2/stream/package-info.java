/** Tests of the streams of an HTTP/2 connection. */
@NullMarked
package io.channels4j.netty.http2.stream;

import org.jspecify.annotations.NullMarked;
