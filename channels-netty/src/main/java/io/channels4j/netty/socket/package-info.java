/** The sockets on which a server listens. Not exported. */
@NullMarked
package io.channels4j.netty.socket;

import org.jspecify.annotations.NullMarked;
