/** The server side of a communicator: one connection to an application, its protocol and its log. Not exported. */
@NullMarked
package io.channels4j.testing.connection;

import org.jspecify.annotations.NullMarked;
