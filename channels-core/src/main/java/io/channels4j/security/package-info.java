/** Checks for new connections: the origin of browser pages, and rate limits. */
@NullMarked
package io.channels4j.security;

import org.jspecify.annotations.NullMarked;
