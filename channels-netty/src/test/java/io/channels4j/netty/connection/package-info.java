/** White-box tests of the classes that all connections share. */
@NullMarked
package io.channels4j.netty.connection;

import org.jspecify.annotations.NullMarked;
