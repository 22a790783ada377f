package io.channels4j.examples.chat;

import java.time.Instant;

/** One line of the lobby: how much was said in a room, and when last. */
record RoomSummary(String name, long messages, Instant lastAt) {}
