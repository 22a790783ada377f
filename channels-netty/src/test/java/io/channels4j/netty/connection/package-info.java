/** White-box tests of what connections share. */
@NullMarked
package io.channels4j.netty.connection;

import org.jspecify.annotations.NullMarked;
