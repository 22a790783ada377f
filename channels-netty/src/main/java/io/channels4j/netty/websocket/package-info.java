/** WebSockets from their handshake to their end. Not exported. */
@NullMarked
package io.channels4j.netty.websocket;

import org.jspecify.annotations.NullMarked;
