/**
 * Choosing the application of a connection: by protocol, by path, by channel name.
 *
 * <p>Routers look at the scope only, once per connection, never at events. They are applications themselves and nest.
 * What finds no route is answered with 404 and one debug line of the logger {@code io.channels4j.routing} (promise
 * P7).
 */
@NullMarked
package io.channels4j.routing;

import org.jspecify.annotations.NullMarked;
