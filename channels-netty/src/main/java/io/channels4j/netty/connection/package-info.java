/** Classes that connections of all protocols share. Not exported. */
@NullMarked
package io.channels4j.netty.connection;

import org.jspecify.annotations.NullMarked;
