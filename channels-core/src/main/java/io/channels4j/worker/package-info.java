/** Workers, which handle messages from a layer's channels instead of serving connections. */
@NullMarked
package io.channels4j.worker;

import org.jspecify.annotations.NullMarked;
