/** The chat on two processes, and what they share, started by one command. */
@NullMarked
package io.channels4j.examples.chat.two;

import org.jspecify.annotations.NullMarked;
