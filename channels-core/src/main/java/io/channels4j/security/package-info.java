/** Checks of new connections: the Origin of browser pages, and rate limits. */
@NullMarked
package io.channels4j.security;

import org.jspecify.annotations.NullMarked;
