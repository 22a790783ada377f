/** White-box tests of event-loop state. */
@NullMarked
package io.channels4j.netty.eventloop;

import org.jspecify.annotations.NullMarked;
