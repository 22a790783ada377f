@NullMarked
package io.channels4j.netty.micrometer;

import org.jspecify.annotations.NullMarked;
