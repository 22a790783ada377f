/** Channel layers: named channels and groups through which connections and processes exchange messages. */
@NullMarked
package io.channels4j.layer;

import org.jspecify.annotations.NullMarked;
