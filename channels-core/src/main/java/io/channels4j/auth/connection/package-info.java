/** The authentication state of one connection, and the registry that finds connections by user or session. Not exported. */
@NullMarked
package io.channels4j.auth.connection;

import org.jspecify.annotations.NullMarked;
