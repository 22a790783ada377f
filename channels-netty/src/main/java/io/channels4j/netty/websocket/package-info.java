/** WebSocket connections, from the handshake to the close. Not exported. */
@NullMarked
package io.channels4j.netty.websocket;

import org.jspecify.annotations.NullMarked;
