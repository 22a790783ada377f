/** Tests of the trusted proxies' headers. */
@NullMarked
package io.channels4j.netty.proxy;

import org.jspecify.annotations.NullMarked;
