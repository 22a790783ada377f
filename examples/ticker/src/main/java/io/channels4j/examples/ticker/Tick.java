package io.channels4j.examples.ticker;

import java.time.Instant;

/** One price, with the id that a browser sends to resume after it. */
record Tick(long id, String symbol, long cents, Instant at) {}
