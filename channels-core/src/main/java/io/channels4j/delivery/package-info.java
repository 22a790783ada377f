/**
 * Delivery to the channels and groups of one process, which the in-memory layer and the Redis layers share. It does not validate names and
 * is not part of the public API; {@code io.channels4j.layer} adds both. Exported to the Redis module only.
 */
@NullMarked
package io.channels4j.delivery;

import org.jspecify.annotations.NullMarked;
