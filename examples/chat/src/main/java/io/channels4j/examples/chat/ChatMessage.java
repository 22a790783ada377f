package io.channels4j.examples.chat;

import java.time.Instant;

/** One stored message. Ids increase within a room and across rooms. */
record ChatMessage(long id, String nick, String text, Instant at) {}
