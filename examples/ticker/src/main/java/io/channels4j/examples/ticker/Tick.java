package io.channels4j.examples.ticker;

import java.time.Instant;

/** One price, with the number under which a browser asks for what came after it. */
record Tick(long id, String symbol, long cents, Instant at) {}
