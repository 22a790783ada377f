/** What every connection has, whatever its protocol: its loop, its way in, its way out. Not exported. */
@NullMarked
package io.channels4j.netty.connection;

import org.jspecify.annotations.NullMarked;
