/**
 * Delivery to the channels and groups of one process, shared by the in-memory layer and the Redis layers. {@code io.channels4j.layer}
 * validates the names and contains the public API. Exported to the Redis module only.
 */
@NullMarked
package io.channels4j.delivery;

import org.jspecify.annotations.NullMarked;
