/** HTTP events, which follow the ASGI specification, and the base consumers for HTTP and server-sent events. */
@NullMarked
package io.channels4j.http;

import org.jspecify.annotations.NullMarked;
