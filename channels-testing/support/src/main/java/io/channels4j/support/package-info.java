/** Fixtures for the tests of this repository. They do not depend on any other module of this repository. */
@NullMarked
package io.channels4j.support;

import org.jspecify.annotations.NullMarked;
