package io.channels4j.examples.chat;

import java.time.Instant;

/** One stored message. Ids grow, within one room as well as over all rooms. */
record ChatMessage(long id, String nick, String text, Instant at) {}
