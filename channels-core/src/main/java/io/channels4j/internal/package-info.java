/**
 * Internal building blocks that several packages and modules of the library share. This package depends on no other
 * package of the library. It is exported only to the library's own modules.
 */
@NullMarked
package io.channels4j.internal;

import org.jspecify.annotations.NullMarked;
