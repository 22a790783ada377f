/** Who may connect, and how often: the Origin of browsers' pages, and limits of rates. */
@NullMarked
package io.channels4j.security;

import org.jspecify.annotations.NullMarked;
