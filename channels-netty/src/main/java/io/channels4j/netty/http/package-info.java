/** Requests and responses of HTTP, independent of its version. Not exported. */
@NullMarked
package io.channels4j.netty.http;

import org.jspecify.annotations.NullMarked;
