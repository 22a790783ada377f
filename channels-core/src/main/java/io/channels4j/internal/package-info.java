/**
 * What several packages and modules of the library share and applications do not see: the lowest floor, which imports nothing of the
 * others. Exported to the library's own modules only.
 */
@NullMarked
package io.channels4j.internal;

import org.jspecify.annotations.NullMarked;
