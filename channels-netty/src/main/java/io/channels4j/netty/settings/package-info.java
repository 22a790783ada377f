/** The settings of a server: immutable values that document their defaults. */
@NullMarked
package io.channels4j.netty.settings;

import org.jspecify.annotations.NullMarked;
