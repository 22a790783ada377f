/** Settings of a server: immutable values with defaults. */
@NullMarked
package io.channels4j.netty.settings;

import org.jspecify.annotations.NullMarked;
