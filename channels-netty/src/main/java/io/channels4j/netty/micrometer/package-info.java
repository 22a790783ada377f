/** Server metrics with Micrometer, which is an optional dependency. */
@NullMarked
package io.channels4j.netty.micrometer;

import org.jspecify.annotations.NullMarked;
