/**
 * Routers that select applications by protocol, by path, or by channel name.
 *
 * <p>Routers inspect only the scope, once per connection, and never events. They are applications themselves and can be
 * nested. A connection without a route is refused with status 404. The logger {@code io.channels4j.routing} logs it in
 * one debug line (guarantee P7).
 */
@NullMarked
package io.channels4j.routing;

import org.jspecify.annotations.NullMarked;
