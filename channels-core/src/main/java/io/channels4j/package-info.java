/**
 * The nouns of Channels: application, scope, event, message.
 *
 * <p>An {@link io.channels4j.Application} serves one connection at a time from its {@link io.channels4j.Scope}; the server
 * and the application talk in {@link io.channels4j.Event}s, and applications talk to each other in
 * {@link io.channels4j.Message}s through a channel layer. The shapes follow the ASGI specification, www 2.5.
 */
@NullMarked
package io.channels4j;

import org.jspecify.annotations.NullMarked;
