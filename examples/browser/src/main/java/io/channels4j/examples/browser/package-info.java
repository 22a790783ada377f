/** What the browser tests of the examples have in common. */
@NullMarked
package io.channels4j.examples.browser;

import org.jspecify.annotations.NullMarked;
