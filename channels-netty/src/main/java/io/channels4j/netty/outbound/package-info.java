/** Outbound queue of a connection, with its bound and its back-pressure. Not exported. */
@NullMarked
package io.channels4j.netty.outbound;

import org.jspecify.annotations.NullMarked;
