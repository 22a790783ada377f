/**
 * Delivery to the channels and groups of one process, shared by the in-memory layer and the Redis layers. It neither validates names nor is
 * part of the public API; {@code io.channels4j.layer} provides both. Exported to the Redis module only.
 */
@NullMarked
package io.channels4j.delivery;

import org.jspecify.annotations.NullMarked;
