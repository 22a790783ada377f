/** A soak test of a server under attack. Well-behaved clients must be served, and memory use must not grow. */
@NullMarked
package io.channels4j.netty.soak;

import org.jspecify.annotations.NullMarked;
