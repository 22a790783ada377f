/**
 * The core types of Channels: application, scope, event and message.
 *
 * <p>An {@link io.channels4j.Application} serves a connection, described by its {@link io.channels4j.Scope}. The server
 * and the application exchange {@link io.channels4j.Event}s. Applications exchange {@link io.channels4j.Message}s
 * through a channel layer. The types follow version 2.5 of the ASGI specification for HTTP and WebSocket ("www").
 */
@NullMarked
package io.channels4j;

import org.jspecify.annotations.NullMarked;
