/** Fixtures for the tests of this repository. They depend on none of its other modules. */
@NullMarked
package io.channels4j.support;

import org.jspecify.annotations.NullMarked;
