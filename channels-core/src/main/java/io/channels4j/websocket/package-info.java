/** The WebSocket protocol (RFC 6455): its events, which follow the ASGI specification, and its base consumers. */
@NullMarked
package io.channels4j.websocket;

import org.jspecify.annotations.NullMarked;
