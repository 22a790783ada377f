/** State and threads that connections of one event loop share. Not exported. */
@NullMarked
package io.channels4j.netty.eventloop;

import org.jspecify.annotations.NullMarked;
