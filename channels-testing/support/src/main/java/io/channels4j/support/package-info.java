/** Fixtures for the tests in this repository. They do not depend on any other module in this repository. */
@NullMarked
package io.channels4j.support;

import org.jspecify.annotations.NullMarked;
