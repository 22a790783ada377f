/** Logging contexts and metrics of consumers, layers, workers and threads. */
@NullMarked
package io.channels4j.monitoring;

import org.jspecify.annotations.NullMarked;
