/** The rules of the house: what the classes of all modules must look like together. */
@NullMarked
package io.channels4j.house;

import org.jspecify.annotations.NullMarked;
