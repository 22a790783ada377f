/** The binding of annotated methods to the events and messages that they handle. Not exported. */
@NullMarked
package io.channels4j.engine.binding;

import org.jspecify.annotations.NullMarked;
