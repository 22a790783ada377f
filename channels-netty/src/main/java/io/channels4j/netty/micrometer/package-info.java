/** Metrics of a server through Micrometer, for applications that have it. */
@NullMarked
package io.channels4j.netty.micrometer;

import org.jspecify.annotations.NullMarked;
