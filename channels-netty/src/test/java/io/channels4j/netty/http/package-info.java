@NullMarked
package io.channels4j.netty.http;

import org.jspecify.annotations.NullMarked;
