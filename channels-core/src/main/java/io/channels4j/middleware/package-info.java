/** Cookies: read from requests, set on responses and on the handshakes of WebSockets. */
@NullMarked
package io.channels4j.middleware;

import org.jspecify.annotations.NullMarked;
