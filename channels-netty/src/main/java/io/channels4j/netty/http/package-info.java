/** HTTP requests and responses, independent of the protocol version. Not exported. */
@NullMarked
package io.channels4j.netty.http;

import org.jspecify.annotations.NullMarked;
