/** White-box tests of the state of an event loop. */
@NullMarked
package io.channels4j.netty.outbound;

import org.jspecify.annotations.NullMarked;
