/** The frames of RFC 6455, from bytes and to bytes. Not exported. */
@NullMarked
package io.channels4j.netty.frame;

import org.jspecify.annotations.NullMarked;
