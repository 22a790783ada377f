/** White-box tests of HTTP/2 streams. */
@NullMarked
package io.channels4j.netty.http2.stream;

import org.jspecify.annotations.NullMarked;
