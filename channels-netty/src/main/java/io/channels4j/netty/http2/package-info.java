/** HTTP/2 connections (RFC 9113). Not exported. */
@NullMarked
package io.channels4j.netty.http2;

import org.jspecify.annotations.NullMarked;
