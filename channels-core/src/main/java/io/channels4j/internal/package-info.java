/**
 * Internal building blocks that several packages and modules of the library share. It is the lowest layer of packages. It is exported to
 * the library's own modules only.
 */
@NullMarked
package io.channels4j.internal;

import org.jspecify.annotations.NullMarked;
