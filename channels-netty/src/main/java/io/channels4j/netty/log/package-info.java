/** Access log and server log. Not exported. */
@NullMarked
package io.channels4j.netty.log;

import org.jspecify.annotations.NullMarked;
