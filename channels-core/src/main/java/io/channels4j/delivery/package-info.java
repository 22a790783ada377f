/**
 * Delivery to the channels and groups of one process, which the in-memory layer and the Redis layers share. It has no rules for names
 * and no public types; {@code io.channels4j.layer} adds them. Exported to the Redis module only.
 */
@NullMarked
package io.channels4j.delivery;

import org.jspecify.annotations.NullMarked;
