/**
 * Routers: by protocol, by path, by channel name.
 *
 * <p>Routers look only at the scope, once per connection, never at events. They are applications themselves and nest. A
 * connection without a route is answered with status 404 and one debug line of the logger {@code io.channels4j.routing}
 * (guarantee P7).
 */
@NullMarked
package io.channels4j.routing;

import org.jspecify.annotations.NullMarked;
