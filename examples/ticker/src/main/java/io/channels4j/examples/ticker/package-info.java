/** A price ticker over server-sent events. A browser that reconnects receives the prices that it missed. */
@NullMarked
package io.channels4j.examples.ticker;

import org.jspecify.annotations.NullMarked;
