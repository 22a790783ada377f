/** Workers: processes, or parts of one, that serve channels of a layer instead of connections. */
@NullMarked
package io.channels4j.worker;

import org.jspecify.annotations.NullMarked;
