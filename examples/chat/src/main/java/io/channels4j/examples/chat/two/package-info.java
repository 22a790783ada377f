/** Starts the chat on two processes, together with the services that they share. */
@NullMarked
package io.channels4j.examples.chat.two;

import org.jspecify.annotations.NullMarked;
