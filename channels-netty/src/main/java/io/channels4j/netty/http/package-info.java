/** HTTP/1.1 requests and their responses. Not exported. */
@NullMarked
package io.channels4j.netty.http;

import org.jspecify.annotations.NullMarked;
