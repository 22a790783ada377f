/** The outbound queue of a connection, with its limits and back-pressure. Not exported. */
@NullMarked
package io.channels4j.netty.outbound;

import org.jspecify.annotations.NullMarked;
