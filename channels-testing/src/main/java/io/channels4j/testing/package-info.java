/**
 * Test support. Communicators connect to an application without a socket. The package also contains a live server and
 * test layers.
 */
@NullMarked
package io.channels4j.testing;

import org.jspecify.annotations.NullMarked;
