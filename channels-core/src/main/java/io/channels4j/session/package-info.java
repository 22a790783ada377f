/** Sessions: what a server remembers about a client, and the stores that keep it. */
@NullMarked
package io.channels4j.session;

import org.jspecify.annotations.NullMarked;
