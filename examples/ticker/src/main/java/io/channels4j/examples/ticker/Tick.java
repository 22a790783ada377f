package io.channels4j.examples.ticker;

import java.time.Instant;

/** One price. A browser sends its id to resume the stream after it. */
record Tick(long id, String symbol, long cents, Instant at) {}
