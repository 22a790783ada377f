/** The code in the guide, and a test that verifies that the guide shows exactly this code. */
@NullMarked
package io.channels4j.docs;

import org.jspecify.annotations.NullMarked;
