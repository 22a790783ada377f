/** White-box tests of WebSockets. */
@NullMarked
package io.channels4j.netty.websocket;

import org.jspecify.annotations.NullMarked;
