/** White-box tests of the classes that connections of all protocols share. */
@NullMarked
package io.channels4j.netty.connection;

import org.jspecify.annotations.NullMarked;
