/** Communicators: test peers that talk to an application as a client would, through a server of their own and no socket. */
@NullMarked
package io.channels4j.testing;

import org.jspecify.annotations.NullMarked;
