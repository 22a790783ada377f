/** Tests of the server over real sockets. */
@NullMarked
package io.channels4j.netty;

import org.jspecify.annotations.NullMarked;
