/** The parser for multipart forms. */
@NullMarked
package io.channels4j.http.multipart;

import org.jspecify.annotations.NullMarked;
