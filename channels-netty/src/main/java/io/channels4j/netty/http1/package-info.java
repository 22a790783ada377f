/** HTTP/1.1 connections. Not exported. */
@NullMarked
package io.channels4j.netty.http1;

import org.jspecify.annotations.NullMarked;
