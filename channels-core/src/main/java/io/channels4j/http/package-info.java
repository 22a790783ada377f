/** HTTP: its events, which follow the ASGI specification, and its base consumers. */
@NullMarked
package io.channels4j.http;

import org.jspecify.annotations.NullMarked;
