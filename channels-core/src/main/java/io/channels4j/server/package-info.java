/** The server SPI: starting and observing servers, and the lifespan protocol between a server and its application. */
@NullMarked
package io.channels4j.server;

import org.jspecify.annotations.NullMarked;
