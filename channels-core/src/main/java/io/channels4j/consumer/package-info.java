/** Consumers. Each serves one connection, with callbacks for its events and for messages from the layer. */
@NullMarked
package io.channels4j.consumer;

import org.jspecify.annotations.NullMarked;
