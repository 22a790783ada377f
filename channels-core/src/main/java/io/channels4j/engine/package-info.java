/**
 * The engine of the base consumers. It contains the mailbox, the loop that runs callbacks, and the end of a connection.
 * Not exported.
 */
@NullMarked
package io.channels4j.engine;

import org.jspecify.annotations.NullMarked;
