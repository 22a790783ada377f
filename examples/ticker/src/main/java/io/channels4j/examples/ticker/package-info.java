/** A price ticker over server-sent events: a browser that comes back gets what it missed. */
@NullMarked
package io.channels4j.examples.ticker;

import org.jspecify.annotations.NullMarked;
