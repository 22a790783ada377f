/** Metrics of a server with Micrometer, an optional dependency. */
@NullMarked
package io.channels4j.netty.micrometer;

import org.jspecify.annotations.NullMarked;
