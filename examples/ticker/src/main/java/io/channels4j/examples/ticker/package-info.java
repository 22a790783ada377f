/** A price ticker over server-sent events, in which a browser that reconnects receives what it missed. */
@NullMarked
package io.channels4j.examples.ticker;

import org.jspecify.annotations.NullMarked;
