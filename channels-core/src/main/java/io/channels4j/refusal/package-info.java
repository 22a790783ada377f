/** How connections are refused, for all who do: routers and middleware. Not exported. */
@NullMarked
package io.channels4j.refusal;

import org.jspecify.annotations.NullMarked;
