/** White-box tests of outbound queues. */
@NullMarked
package io.channels4j.netty.outbound;

import org.jspecify.annotations.NullMarked;
