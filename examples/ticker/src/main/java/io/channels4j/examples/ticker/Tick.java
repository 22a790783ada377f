package io.channels4j.examples.ticker;

import java.time.Instant;

/** One price. A browser sends the price's id to resume the stream after that price. */
record Tick(long id, String symbol, long cents, Instant at) {}
