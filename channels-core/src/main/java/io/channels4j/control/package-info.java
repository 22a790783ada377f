/**
 * Messages that the library sends to itself over a layer, such as revocations. They are sent to groups with reserved names, which
 * applications can neither join nor send to. Not exported.
 */
@NullMarked
package io.channels4j.control;

import org.jspecify.annotations.NullMarked;
