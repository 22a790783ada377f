/** The timers of connections. Not exported. */
@NullMarked
package io.channels4j.engine.timer;

import org.jspecify.annotations.NullMarked;
