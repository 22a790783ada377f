/** Test support: communicators, which connect to an application without a socket, a live server, and test layers. */
@NullMarked
package io.channels4j.testing;

import org.jspecify.annotations.NullMarked;
