/** Readers and writers of WebSocket frames (RFC 6455, RFC 7692). Not exported. */
@NullMarked
package io.channels4j.netty.frame;

import org.jspecify.annotations.NullMarked;
