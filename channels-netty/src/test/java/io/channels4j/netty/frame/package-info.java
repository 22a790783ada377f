/** White-box tests of the framing. */
@NullMarked
package io.channels4j.netty.frame;

import org.jspecify.annotations.NullMarked;
