/** Consumers: objects that serve one connection each, through callbacks for its events and for messages of its layer. */
@NullMarked
package io.channels4j.consumer;

import org.jspecify.annotations.NullMarked;
