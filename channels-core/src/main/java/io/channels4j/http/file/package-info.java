/** Static files: where they are stored, which one a request selects, and the response to it. */
@NullMarked
package io.channels4j.http.file;

import org.jspecify.annotations.NullMarked;
