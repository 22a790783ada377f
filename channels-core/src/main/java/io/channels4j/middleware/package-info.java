/** Cookie handling, and refusals that middleware sends instead of calling the inner application. */
@NullMarked
package io.channels4j.middleware;

import org.jspecify.annotations.NullMarked;
