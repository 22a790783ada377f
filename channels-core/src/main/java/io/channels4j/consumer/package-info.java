/**
 * Consumers. Each one serves one connection, with callbacks for the connection's events and for messages from the
 * layer.
 */
@NullMarked
package io.channels4j.consumer;

import org.jspecify.annotations.NullMarked;
