/**
 * The server SPI. It contains interfaces to start and observe servers, and the lifespan protocol between a server and
 * its application.
 */
@NullMarked
package io.channels4j.server;

import org.jspecify.annotations.NullMarked;
