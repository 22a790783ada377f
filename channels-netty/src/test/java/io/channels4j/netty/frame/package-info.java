/** White-box tests of WebSocket framing. */
@NullMarked
package io.channels4j.netty.frame;

import org.jspecify.annotations.NullMarked;
