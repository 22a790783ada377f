package io.channels4j.examples.chat;

import java.time.Instant;

/** One entry in the lobby: a room's message count and the time of its last message. */
record RoomSummary(String name, long messages, Instant lastAt) {}
