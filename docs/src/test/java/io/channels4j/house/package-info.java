/** Rules for the structure, the names and the API of all modules. */
@NullMarked
package io.channels4j.house;

import org.jspecify.annotations.NullMarked;
