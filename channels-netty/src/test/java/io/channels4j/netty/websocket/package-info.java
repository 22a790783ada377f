/** White-box tests of the WebSocket implementation. */
@NullMarked
package io.channels4j.netty.websocket;

import org.jspecify.annotations.NullMarked;
